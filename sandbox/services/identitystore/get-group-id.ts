// GetGroupId: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireFound } from '../../identity-center/directory.ts';
import { arns, onStore, storeOf, uniqueAttributeOf } from './store-request.ts';

export const getGroupId: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('GetGroupId', () => [arns.group()]),
  run(call) {
    const { path, value } = uniqueAttributeOf(call);
    if (path.toLowerCase() !== 'displayname') {
      throw new AwsError('ValidationError', `${path} is no unique attribute of a group.`);
    }
    const group = storeOf(call).groups.find(({ displayName }) => displayName === value);
    return { IdentityStoreId: call.input['IdentityStoreId'], GroupId: requireFound(group, 'GROUP').groupId };
  },
};
