// DeleteApplication: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplication.html
import type { Operation } from '../../account/operation.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const deleteApplication: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('DeleteApplication'),
  run: (call) => call.account.identityCenter.requireInstance().applications.delete(applicationOf(call).arn),
};
