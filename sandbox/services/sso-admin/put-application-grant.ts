// PutApplicationGrant: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationGrant.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf } from '../../constraints.ts';
import { grantTypes } from '../../identity-center/application.ts';
import { readGrant } from '../../identity-center/application-grant.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const putApplicationGrant: Operation = {
  recorded: ['ApplicationArn', 'GrantType'],
  authorize: onApplication('PutApplicationGrant'),
  run(call) {
    const { account, input } = call;
    const application = applicationOf(call);
    const type = requireOneOf('grantType', input['GrantType'], grantTypes);
    const grant = readGrant(type, input['Grant']);
    // Only one of the instance's own can be trusted.
    for (const { issuerArn } of grant.issuers)
      account.identityCenter.requireInstance().issuers.get(issuerArn);
    application.grants.set(type, grant);
  },
};
