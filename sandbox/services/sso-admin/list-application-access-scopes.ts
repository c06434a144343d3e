// ListApplicationAccessScopes: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAccessScopes.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const listApplicationAccessScopes: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('ListApplicationAccessScopes'),
  run(call) {
    const scopes = [...applicationOf(call).scopes];
    const { items, nextToken: NextToken } = nextPage(call.input, scopes, ([scope]) => scope, 10);
    return { Scopes: items.map(([Scope, AuthorizedTargets]) => ({ Scope, AuthorizedTargets })), NextToken };
  },
};
