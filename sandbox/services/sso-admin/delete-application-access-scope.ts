// DeleteApplicationAccessScope: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAccessScope.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';

export const deleteApplicationAccessScope: Operation = {
  recorded: ['ApplicationArn', 'Scope'],
  authorize: onApplication('DeleteApplicationAccessScope'),
  run(call) {
    const { scopes } = applicationOf(call);
    const scope = requireText('scope', call.input['Scope']);
    requirePresent(scopes.delete(scope) || undefined, `access scope ${scope}`);
  },
};
