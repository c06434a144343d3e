// PutApplicationAssignmentConfiguration: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAssignmentConfiguration.html
import type { Operation } from '../../account/operation.ts';
import { requireBoolean } from '../../constraints.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const putApplicationAssignmentConfiguration: Operation = {
  recorded: ['ApplicationArn', 'AssignmentRequired'],
  authorize: onApplication('PutApplicationAssignmentConfiguration'),
  run(call) {
    const application = applicationOf(call);
    application.assignmentRequired = requireBoolean('assignmentRequired', call.input['AssignmentRequired']);
  },
};
