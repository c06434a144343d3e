// The credentials that a grant is answered with: a session of the location's role, held to the scope.
import { randomUUID } from 'node:crypto';
import type { Grant, Permission } from '../../access-grants/grant.ts';
import type { Scope } from '../../access-grants/scope.ts';
import { sessionPolicy } from '../../access-grants/session-policy.ts';
import type { OperationCall } from '../../account/operation.ts';
import { ACCESS_GRANTS, authorizeLocationRole } from '../../authorization/location-role.ts';
import { AwsError } from '../../aws-error.ts';
import type { Caller, Role } from '../../identities/identity.ts';
import type { IdentityContext } from '../../identities/identity-context.ts';
import { sessionDate } from '../../identities/sessions.ts';

export interface Vended {
  readonly grant: Grant;
  /** What the credentials are to reach: the grant's, or less. */
  readonly scope: Scope;
  readonly permission: Permission;
  readonly durationSeconds: number;
}

interface LocationSession {
  readonly sessionName: string;
  readonly instanceArn: string;
  readonly sourceIdentity: string | undefined;
  readonly identityContext: IdentityContext | undefined;
}

/** @throws AwsError StsNotAuthorizedError, StsValidationError */
export function vendCredentials(call: OperationCall, { grant, scope, ...asked }: Vended) {
  const { account, caller } = call;
  const { arn: instanceArn } = account.accessGrants.requireInstance();
  const { roleArn } = account.accessGrants.locations.find(grant.locationId);
  const isForPrincipal = grant.grantee.granteeType === 'IAM';
  const session: LocationSession = {
    sessionName: `access-grants-${randomUUID()}`,
    instanceArn,
    sourceIdentity: isForPrincipal ? principalId(caller) : undefined,
    identityContext: caller.kind === 'session' ? caller.identityContext : undefined,
  };
  const role = assumable(call, roleArn, session, asked.durationSeconds);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = account.identities.issueSession(role, {
    sessionName: session.sessionName,
    durationSeconds: asked.durationSeconds,
    policy: sessionPolicy(scope, asked.permission),
    ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    vending: { instanceArn, identityContext: session.identityContext },
  });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: sessionDate(expiresAt),
  };
}

/** The role, once STS lets S3 Access Grants have the session; the trail has a line of it either way. */
function assumable(
  { account }: OperationCall,
  roleArn: string,
  session: LocationSession,
  durationSeconds: number,
): Role {
  const note = (statusCode: number, failure: { errorCode?: string; reason?: string } = {}) =>
    account.trail.record({
      time: account.now(),
      service: 'sts',
      operation: 'AssumeRole',
      callerArn: ACCESS_GRANTS,
      statusCode,
      ...failure,
      parameters: {
        RoleArn: roleArn,
        RoleSessionName: session.sessionName,
        ...(session.sourceIdentity !== undefined && { SourceIdentity: session.sourceIdentity }),
        ...(session.identityContext && { UserId: session.identityContext.userId }),
      },
    });
  const role = account.identities.findRole(roleArn);
  const decision = role
    ? authorizeLocationRole(account, { role, ...session })
    : { allowed: false, action: 'sts:AssumeRole', reason: `There is no role ${roleArn}.` };
  if (!role || !decision.allowed) {
    const { action, reason } = decision;
    note(403, { errorCode: 'AccessDenied', reason });
    const message = `User: ${ACCESS_GRANTS} is not authorized to perform: ${action} on resource: ${roleArn}`;
    throw new AwsError('StsNotAuthorizedError', message, 403, reason);
  }
  if (durationSeconds > role.maxSessionDurationSeconds) {
    note(400, { errorCode: 'ValidationError' });
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new AwsError('StsValidationError', message);
  }
  note(200);
  return role;
}

/** The unique id of the role or user that asks: no session name, which its holder chooses. */
function principalId(caller: Caller): string {
  return caller.kind === 'session' ? caller.role.roleId : caller.userId;
}
