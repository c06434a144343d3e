// ListGroups: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroups.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { filterOf } from './filters.ts';
import { shownGroup } from './shown.ts';
import { arns, onStore, storeOf } from './store-request.ts';

export const listGroups: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('ListGroups', () => [arns.group()]),
  run(call) {
    const filter = filterOf(call, 'displayName');
    const groups = storeOf(call).groups.filter(
      ({ displayName }) => filter === undefined || displayName === filter,
    );
    const { items, nextToken: NextToken } = nextPage(call.input, groups, ({ groupId }) => groupId);
    return { Groups: items.map((group) => shownGroup(call, group)), NextToken };
  },
};
