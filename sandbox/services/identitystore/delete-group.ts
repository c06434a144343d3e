// DeleteGroup: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroup.html
import type { Operation } from '../../account/operation.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const deleteGroup: Operation = {
  recorded: ['IdentityStoreId', 'GroupId'],
  authorize: onStore('DeleteGroup', ({ input }) => [arns.group(input['GroupId'])]),
  run: (call) => storeOf(call).deleteGroup(requireId('groupId', call.input['GroupId'])),
};
