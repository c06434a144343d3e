// GetApplicationAssignmentConfiguration: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAssignmentConfiguration.html
import type { Operation } from '../../account/operation.ts';
import { applicationOf, onApplication } from './application-request.ts';

export const getApplicationAssignmentConfiguration: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('GetApplicationAssignmentConfiguration'),
  run: (call) => ({ AssignmentRequired: applicationOf(call).assignmentRequired }),
};
