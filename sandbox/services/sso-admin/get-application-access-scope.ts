// GetApplicationAccessScope: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAccessScope.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';

export const getApplicationAccessScope: Operation = {
  recorded: ['ApplicationArn', 'Scope'],
  authorize: onApplication('GetApplicationAccessScope'),
  run(call) {
    const { scopes } = applicationOf(call);
    const Scope = requireText('scope', call.input['Scope']);
    requirePresent(scopes.has(Scope) || undefined, `access scope ${Scope}`);
    return { Scope, AuthorizedTargets: scopes.get(Scope) };
  },
};
