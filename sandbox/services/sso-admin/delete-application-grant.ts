// DeleteApplicationGrant: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationGrant.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf } from '../../constraints.ts';
import { grantTypes } from '../../identity-center/application.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';

export const deleteApplicationGrant: Operation = {
  recorded: ['ApplicationArn', 'GrantType'],
  authorize: onApplication('DeleteApplicationGrant'),
  run(call) {
    const { grants } = applicationOf(call);
    const type = requireOneOf('grantType', call.input['GrantType'], grantTypes);
    requirePresent(grants.get(type), `grant of ${type}`);
    grants.delete(type);
  },
};
