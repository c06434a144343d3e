// DescribeGroupMembership: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroupMembership.html
import type { Operation } from '../../account/operation.ts';
import { shownMembership } from './shown.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const describeGroupMembership: Operation = {
  recorded: ['IdentityStoreId', 'MembershipId'],
  // Whose it is and of which group is not told before it is looked up.
  authorize: onStore('DescribeGroupMembership', ({ input }) => [
    arns.membership(input['MembershipId']),
    arns.group(),
    arns.user(),
  ]),
  run: (call) =>
    shownMembership(call, storeOf(call).membership(requireId('membershipId', call.input['MembershipId']))),
};
