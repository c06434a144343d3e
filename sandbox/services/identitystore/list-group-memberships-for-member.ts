// ListGroupMembershipsForMember: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { shownMembership } from './shown.ts';
import { arns, memberArn, memberOf, onStore, storeOf } from './store-request.ts';

export const listGroupMembershipsForMember: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('ListGroupMembershipsForMember', (call) => [arns.membership(), memberArn(call)]),
  run(call) {
    const store = storeOf(call);
    const { userId } = store.user(memberOf(call));
    const memberships = store.memberships.filter((membership) => membership.userId === userId);
    const { items, nextToken: NextToken } = nextPage(
      call.input,
      memberships,
      ({ membershipId }) => membershipId,
    );
    return { GroupMemberships: items.map((membership) => shownMembership(call, membership)), NextToken };
  },
};
