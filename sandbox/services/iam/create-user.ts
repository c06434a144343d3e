// CreateUser: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText } from '../../constraints.ts';
import { requireUserName } from './resource-arn.ts';
import { readTags, requestTagContext, shownTags } from './tags.ts';

export const createUser: Operation = {
  authorize(call) {
    const resource = `arn:aws:iam::${call.account.accountId}:user${call.input['Path'] ?? '/'}${requireUserName(call)}`;
    const context = requestTagContext(call);
    const creation = { action: 'iam:CreateUser', resource, context };
    return readTags(call).size === 0 ? creation : [creation, { action: 'iam:TagUser', resource, context }];
  },
  run(call) {
    if (call.input['PermissionsBoundary'] !== undefined) {
      throw new AwsError('NotImplemented', 'The sandbox has no permissions boundaries of users.', 501);
    }
    const path = optionalText('path', call.input['Path']);
    const user = call.account.identities.createUser({
      userName: requireUserName(call),
      tags: Object.fromEntries(readTags(call)),
      ...(path !== undefined && { path }),
    });
    return {
      User: {
        Path: user.path,
        UserName: user.userName,
        UserId: user.userId,
        Arn: user.arn,
        CreateDate: new Date(user.createdAt).toISOString(),
        Tags: shownTags(user.tags),
      },
    };
  },
};
