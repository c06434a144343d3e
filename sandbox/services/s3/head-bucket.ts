// HeadBucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { authorize } from '../../authorization/authorization.ts';
import { AwsError } from '../../aws-error.ts';
import { bucketArn, ownerOf } from './bucket-request.ts';

/** Who may not list the bucket is told its region all the same: clients look for it here. */
export const headBucket: Operation = {
  run(call): RestXmlOutput {
    const { account, caller, input } = call;
    const headers = { 'x-amz-bucket-region': account.region };
    const denied = (message: string, reason?: string) =>
      new AwsError('AccessDenied', message, 403, reason, {}, headers);
    const owner = ownerOf(account, String(input['Bucket']));
    if (owner && owner !== account) throw denied('Access Denied', `it is of account ${owner.accountId}`);
    const mayList = authorize(account, caller, { action: 's3:ListBucket', resource: bucketArn(call) });
    if (!mayList.allowed) throw denied(mayList.reason);
    return { headers };
  },
};
