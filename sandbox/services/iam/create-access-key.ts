// CreateAccessKey: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
import type { Operation } from '../../account/operation.ts';
import { onUser, requireUserName } from './resource-arn.ts';

/** Only with `UserName`: a key for the caller itself is not to be had here. */
export const createAccessKey: Operation = {
  authorize: onUser('iam:CreateAccessKey'),
  run(call) {
    const userName = requireUserName(call);
    const { accessKeyId, secretAccessKey } = call.account.identities.createAccessKey(userName);
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: accessKeyId,
        Status: 'Active',
        SecretAccessKey: secretAccessKey,
        CreateDate: new Date(call.account.now()).toISOString(),
      },
    };
  },
};
