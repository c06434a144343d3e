// GetApplicationAuthenticationMethod: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAuthenticationMethod.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';
import { shownMethod } from './shown.ts';

export const getApplicationAuthenticationMethod: Operation = {
  recorded: ['ApplicationArn', 'AuthenticationMethodType'],
  authorize: onApplication('GetApplicationAuthenticationMethod'),
  run(call) {
    requireOneOf('authenticationMethodType', call.input['AuthenticationMethodType'], ['IAM']);
    const method = shownMethod(call.account, applicationOf(call));
    return { AuthenticationMethod: requirePresent(method, 'authentication method IAM') };
  },
};
