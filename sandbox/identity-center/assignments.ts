// Whom an application is assigned to.
import { AwsError } from '../aws-error.ts';
import type { Application, Assignment } from './application.ts';
import type { IdentityStore } from './identity-store.ts';

export function findAssignment(
  { assignments }: Pick<Application, 'assignments'>,
  wanted: Assignment,
): Assignment | undefined {
  return assignments.find(
    ({ principalId, principalType }) =>
      principalId === wanted.principalId && principalType === wanted.principalType,
  );
}

/** @throws AwsError ResourceNotFoundException for nobody of the store's, ConflictException */
export function assign(application: Application, assignment: Assignment, store: IdentityStore): void {
  if (assignment.principalType === 'USER') store.user(assignment.principalId);
  else store.group(assignment.principalId);
  if (findAssignment(application, assignment)) {
    throw new AwsError('ConflictException', 'The application is assigned to this principal already.');
  }
  application.assignments.push(assignment);
}

/** Whether the user may have a token of the application: by himself, by a group, or because anybody may. */
export function isAssigned(application: Application, userId: string, store: IdentityStore): boolean {
  if (!application.assignmentRequired) return true;
  const groups = store.groupIdsOf(userId).map((id) => ({ principalType: 'GROUP', principalId: id }) as const);
  return [{ principalType: 'USER', principalId: userId } as const, ...groups].some(
    (principal) => findAssignment(application, principal) !== undefined,
  );
}
