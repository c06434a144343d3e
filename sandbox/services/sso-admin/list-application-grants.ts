// ListApplicationGrants: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationGrants.html
import type { Operation } from '../../account/operation.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const listApplicationGrants: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('ListApplicationGrants'),
  run: (call) => ({
    Grants: [...applicationOf(call).grants].map(([GrantType, { shown: Grant }]) => ({ GrantType, Grant })),
  }),
};
