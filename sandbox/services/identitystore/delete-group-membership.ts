// DeleteGroupMembership: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html
import type { Operation } from '../../account/operation.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const deleteGroupMembership: Operation = {
  recorded: ['IdentityStoreId', 'MembershipId'],
  authorize: onStore('DeleteGroupMembership', ({ input }) => [
    arns.membership(input['MembershipId']),
    arns.group(),
    arns.user(),
  ]),
  run: (call) => storeOf(call).deleteMembership(requireId('membershipId', call.input['MembershipId'])),
};
