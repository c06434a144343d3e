// CreateApplicationAssignment: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateApplicationAssignment.html
import type { Operation } from '../../account/operation.ts';
import { assign } from '../../identity-center/assignments.ts';
import { applicationOf, onApplication, readAssignment } from './application-request.ts';

export const createApplicationAssignment: Operation = {
  recorded: ['ApplicationArn', 'PrincipalType', 'PrincipalId'],
  authorize: onApplication('CreateApplicationAssignment'),
  run(call) {
    const assignment = readAssignment(call);
    assign(applicationOf(call), assignment, call.account.identityCenter.requireInstance().store);
  },
};
