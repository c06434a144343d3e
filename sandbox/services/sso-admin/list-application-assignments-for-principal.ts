// ListApplicationAssignmentsForPrincipal: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAssignmentsForPrincipal.html
import type { Operation } from '../../account/operation.ts';
import { requireStructure } from '../../constraints.ts';
import { findAssignment } from '../../identity-center/assignments.ts';
import { nextPage } from '../../next-page.ts';
import { instanceOf, onNamed, readAssignment } from './application-request.ts';
import { shownAssignment } from './shown.ts';

export const listApplicationAssignmentsForPrincipal: Operation = {
  recorded: ['InstanceArn', 'PrincipalType', 'PrincipalId'],
  authorize: onNamed('ListApplicationAssignmentsForPrincipal', 'InstanceArn'),
  run(call) {
    const { input } = call;
    const assignment = readAssignment(call);
    const { applications } = instanceOf(call);
    const wanted = input['Filter'] === undefined ? undefined : requireStructure('filter', input['Filter']);
    const assigned = applications.all.filter(
      (application) =>
        findAssignment(application, assignment) !== undefined &&
        (wanted?.['ApplicationArn'] === undefined || wanted['ApplicationArn'] === application.arn),
    );
    const { items, nextToken: NextToken } = nextPage(input, assigned, ({ arn }) => arn);
    return { ApplicationAssignments: items.map((item) => shownAssignment(item, assignment)), NextToken };
  },
};
