// GetUserId: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireFound } from '../../identity-center/directory.ts';
import { arns, onStore, storeOf, uniqueAttributeOf } from './store-request.ts';

export const getUserId: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('GetUserId', () => [arns.user()]),
  run(call) {
    const { path, value } = uniqueAttributeOf(call);
    if (!['username', 'emails.value'].includes(path.toLowerCase())) {
      throw new AwsError('ValidationError', `${path} is no unique attribute of a user.`);
    }
    const [user, another] = storeOf(call).usersWith(path, value);
    return {
      IdentityStoreId: call.input['IdentityStoreId'],
      UserId: requireFound(another ? undefined : user, 'USER').userId,
    };
  },
};
