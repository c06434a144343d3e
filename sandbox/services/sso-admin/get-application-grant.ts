// GetApplicationGrant: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationGrant.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf } from '../../constraints.ts';
import { grantTypes } from '../../identity-center/application.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';

export const getApplicationGrant: Operation = {
  recorded: ['ApplicationArn', 'GrantType'],
  authorize: onApplication('GetApplicationGrant'),
  run(call) {
    const type = requireOneOf('grantType', call.input['GrantType'], grantTypes);
    return { Grant: requirePresent(applicationOf(call).grants.get(type), `grant of ${type}`).shown };
  },
};
