// ListAccessGrants: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessGrants.html
import type { Grant } from '../../access-grants/grant.ts';
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { onInstance } from './instance-request.ts';
import { pageOf } from './page.ts';
import { shownGrant } from './shown.ts';

/** By the parameter that asks for it. */
const filters: Readonly<Record<string, (grant: Grant) => string | undefined>> = {
  GranteeType: ({ grantee }) => grantee.granteeType,
  GranteeIdentifier: ({ grantee }) => grantee.granteeIdentifier,
  Permission: ({ permission }) => permission,
  GrantScope: ({ scope }) => scope.text,
  ApplicationArn: ({ applicationArn }) => applicationArn,
};

export const listAccessGrants: Operation = {
  authorize: onInstance('ListAccessGrants'),
  run(call): RestXmlOutput {
    const wanted = Object.entries(filters).filter(([name]) => call.input[name] !== undefined);
    const all = call.account.accessGrants.grants.all.filter((grant) =>
      wanted.every(([name, shown]) => shown(grant) === call.input[name]),
    );
    const { items, NextToken } = pageOf(call, all, ({ grantId }) => grantId);
    return {
      xml: {
        ListAccessGrantsResult: { NextToken, AccessGrantsList: { AccessGrant: items.map(shownGrant) } },
      },
    };
  },
};
