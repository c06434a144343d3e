// PutApplicationAuthenticationMethod: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAuthenticationMethod.html
import type { Operation } from '../../account/operation.ts';
import { requireOneOf, requireStructure } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const putApplicationAuthenticationMethod: Operation = {
  recorded: ['ApplicationArn', 'AuthenticationMethodType'],
  authorize: onApplication('PutApplicationAuthenticationMethod'),
  run(call) {
    const { account, input } = call;
    const application = applicationOf(call);
    requireOneOf('authenticationMethodType', input['AuthenticationMethodType'], ['IAM']);
    const method = requireStructure('authenticationMethod', input['AuthenticationMethod']);
    const { ActorPolicy } = requireStructure('iam', method['Iam']);
    account.identityCenter.requireInstance().applications.putActorPolicy(application, ActorPolicy);
  },
};
