// DeleteInstance: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstance.html
import type { Operation } from '../../account/operation.ts';
import { instanceOf, onNamed } from './application-request.ts';

export const deleteInstance: Operation = {
  recorded: ['InstanceArn'],
  authorize: onNamed('DeleteInstance', 'InstanceArn'),
  run: (call) => call.account.identityCenter.deleteInstance(instanceOf(call).arn),
};
