// DeleteUser: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html
import type { Operation } from '../../account/operation.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const deleteUser: Operation = {
  recorded: ['IdentityStoreId', 'UserId'],
  authorize: onStore('DeleteUser', ({ input }) => [arns.user(input['UserId'])]),
  run: (call) => storeOf(call).deleteUser(requireId('userId', call.input['UserId'])),
};
