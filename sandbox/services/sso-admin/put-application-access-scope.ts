// PutApplicationAccessScope: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAccessScope.html
import type { Operation } from '../../account/operation.ts';
import { putScope } from '../../identity-center/applications.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const putApplicationAccessScope: Operation = {
  recorded: ['ApplicationArn', 'Scope'],
  authorize: onApplication('PutApplicationAccessScope'),
  run: (call) => putScope(applicationOf(call), call.input['Scope'], call.input['AuthorizedTargets']),
};
