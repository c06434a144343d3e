// ListGroupMemberships: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMemberships.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { shownMembership } from './shown.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const listGroupMemberships: Operation = {
  recorded: ['IdentityStoreId', 'GroupId'],
  authorize: onStore('ListGroupMemberships', ({ input }) => [
    arns.membership(),
    arns.group(input['GroupId']),
  ]),
  run(call) {
    const store = storeOf(call);
    const { groupId } = store.group(requireId('groupId', call.input['GroupId']));
    const memberships = store.memberships.filter((membership) => membership.groupId === groupId);
    const { items, nextToken: NextToken } = nextPage(
      call.input,
      memberships,
      ({ membershipId }) => membershipId,
    );
    return { GroupMemberships: items.map((membership) => shownMembership(call, membership)), NextToken };
  },
};
