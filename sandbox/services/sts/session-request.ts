// What every way to a role's session is asked for, and answers.
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireInteger, requireText } from '../../constraints.ts';
import type { PolicyDocument, Role, SessionCredentials } from '../../identities/identity.ts';
import { accountOfArn } from '../../identities/identity.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { sessionDate } from '../../identities/sessions.ts';

const DEFAULT_DURATION_SECONDS = 3_600;

export interface RoleSessionInput {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly policy: PolicyDocument | undefined;
}

/**
 * @param operation as messages name it
 * @param unsupported parameters that the sandbox refuses by name
 * @throws AwsError ValidationError, MalformedPolicyDocument, NotImplemented
 */
export function readRoleSession(
  input: Record<string, unknown>,
  operation: string,
  unsupported: readonly string[],
): RoleSessionInput {
  for (const parameter of unsupported) {
    if (input[parameter] !== undefined && input[parameter] !== '') {
      throw new AwsError('NotImplemented', `The sandbox does not have sts ${operation}'s ${parameter}.`, 501);
    }
  }
  const roleArn = requireText('roleArn', input['RoleArn'], { minLength: 20, maxLength: 2_048 });
  if (!/^arn:aws:iam::\d{12}:role\/[!-~]+$/.test(roleArn)) {
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
  }
  const policy = optionalText('policy', input['Policy'], { minLength: 1, maxLength: 2_048 });
  return {
    roleArn,
    sessionName: requireText('roleSessionName', input['RoleSessionName'], {
      minLength: 2,
      maxLength: 64,
      pattern: /^[\w+=,.@-]*$/,
    }),
    durationSeconds: requireInteger('durationSeconds', input['DurationSeconds'] ?? DEFAULT_DURATION_SECONDS, {
      min: 900,
      max: 43_200,
    }),
    policy: policy === undefined ? undefined : parsePolicy(policy, 'identity'),
  };
}

/** @throws AwsError ValidationError */
export function requireWithinMaximum(durationSeconds: number, role: Role): void {
  if (durationSeconds <= role.maxSessionDurationSeconds) return;
  throw new AwsError(
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

/** The part of the answer that tells the session, whatever it was issued for. */
export function sessionAnswer(role: Role, sessionName: string, credentials: SessionCredentials) {
  return {
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: sessionDate(credentials.expiresAt),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.roleId}:${sessionName}`,
      Arn: `arn:aws:sts::${accountOfArn(role.arn)}:assumed-role/${role.roleName}/${sessionName}`,
    },
  };
}
