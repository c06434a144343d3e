// DeleteApplicationAssignment: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAssignment.html
import type { Operation } from '../../account/operation.ts';
import { findAssignment } from '../../identity-center/assignments.ts';
import { applicationOf, onApplication, readAssignment } from './application-request.ts';
import { requirePresent } from './present.ts';

export const deleteApplicationAssignment: Operation = {
  recorded: ['ApplicationArn', 'PrincipalType', 'PrincipalId'],
  authorize: onApplication('DeleteApplicationAssignment'),
  run(call) {
    const { assignments } = applicationOf(call);
    const found = requirePresent(findAssignment({ assignments }, readAssignment(call)), 'assignment');
    assignments.splice(assignments.indexOf(found), 1);
  },
};
