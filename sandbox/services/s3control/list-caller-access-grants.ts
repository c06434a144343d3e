// ListCallerAccessGrants: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListCallerAccessGrants.html
import type { Grant } from '../../access-grants/grant.ts';
import { appliesThrough, isGrantedTo } from '../../access-grants/matching.ts';
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { askerOf } from './asker.ts';
import { onInstance } from './instance-request.ts';
import { pageOf } from './page.ts';

export const listCallerAccessGrants: Operation = {
  authorize: onInstance('ListCallerAccessGrants'),
  run(call): RestXmlOutput {
    const { account, input } = call;
    const instance = account.accessGrants.requireInstance();
    const asker = askerOf(call);
    const within = String(input['GrantScope'] ?? '').replace(/^s3:/i, 's3:');
    const all = account.accessGrants.grants.all.filter(
      (grant) =>
        isGrantedTo(grant, instance, asker) &&
        grant.scope.text.startsWith(within) &&
        (input['AllowedByApplication'] !== 'true' || appliesThrough(grant, asker)),
    );
    const { items, NextToken } = pageOf(call, all, ({ grantId }) => grantId);
    return {
      xml: {
        ListCallerAccessGrantsResult: {
          NextToken,
          CallerAccessGrantsList: { AccessGrant: items.map(shownCallerGrant) },
        },
      },
    };
  },
};

function shownCallerGrant({ permission, scope, applicationArn, grantee }: Grant) {
  return {
    Permission: permission,
    GrantScope: scope.text,
    // As AWS's guide shows it of a grant without an application, to a directory's identity and to IAM's.
    ApplicationArn: applicationArn ?? (grantee.granteeType === 'IAM' ? 'NA' : 'ALL'),
  };
}
