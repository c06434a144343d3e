// DescribeApplicationAssignment: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeApplicationAssignment.html
import type { Operation } from '../../account/operation.ts';
import { findAssignment } from '../../identity-center/assignments.ts';
import { applicationOf, onApplication, readAssignment } from './application-request.ts';
import { requirePresent } from './present.ts';
import { shownAssignment } from './shown.ts';

export const describeApplicationAssignment: Operation = {
  recorded: ['ApplicationArn', 'PrincipalType', 'PrincipalId'],
  authorize: onApplication('DescribeApplicationAssignment'),
  run(call) {
    const application = applicationOf(call);
    const assignment = findAssignment(application, readAssignment(call));
    return shownAssignment(application, requirePresent(assignment, 'assignment'));
  },
};
