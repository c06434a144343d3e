// DeleteApplicationAuthenticationMethod: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAuthenticationMethod.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { requirePresent } from './present.ts';

export const deleteApplicationAuthenticationMethod: Operation = {
  recorded: ['ApplicationArn', 'AuthenticationMethodType'],
  authorize: onApplication('DeleteApplicationAuthenticationMethod'),
  run(call) {
    const application = applicationOf(call);
    requireOneOf('authenticationMethodType', call.input['AuthenticationMethodType'], ['IAM']);
    requirePresent(application.actorPolicy, 'authentication method IAM');
    application.actorPolicy = undefined;
  },
};
