// ListApplicationAssignments: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAssignments.html
import type { Operation } from '../../account/operation.ts';
import type { Assignment } from '../../identity-center/application.ts';
import { nextPage } from '../../next-page.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { shownAssignment } from './shown.ts';

export const listApplicationAssignments: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('ListApplicationAssignments'),
  run(call) {
    const application = applicationOf(call);
    const idOf = ({ principalType, principalId }: Assignment) => `${principalType} ${principalId}`;
    const { items, nextToken: NextToken } = nextPage(call.input, application.assignments, idOf);
    return { ApplicationAssignments: items.map((item) => shownAssignment(application, item)), NextToken };
  },
};
