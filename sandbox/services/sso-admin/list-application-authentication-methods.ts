// ListApplicationAuthenticationMethods: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAuthenticationMethods.html
import type { Operation } from '../../account/operation.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { shownMethod } from './shown.ts';

export const listApplicationAuthenticationMethods: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('ListApplicationAuthenticationMethods'),
  run(call) {
    const method = shownMethod(call.account, applicationOf(call));
    return {
      AuthenticationMethods: method
        ? [{ AuthenticationMethodType: 'IAM', AuthenticationMethod: method }]
        : [],
    };
  },
};
