// ListUsers: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { filterOf } from './filters.ts';
import { shownUser } from './shown.ts';
import { arns, onStore, storeOf } from './store-request.ts';

export const listUsers: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('ListUsers', () => [arns.user()]),
  run(call) {
    const filter = filterOf(call, 'userName');
    const users = storeOf(call).users.filter(
      ({ attributes }) => filter === undefined || attributes['UserName'] === filter,
    );
    const { items, nextToken: NextToken } = nextPage(call.input, users, ({ userId }) => userId);
    return { Users: items.map((user) => shownUser(call, user)), NextToken };
  },
};
