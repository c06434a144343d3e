// AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { authorizeAssumeRole } from '../../authorization/assume-role.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireInteger, requireText } from '../../constraints.ts';
import type { Caller, PolicyDocument, Role } from '../../identities/identity.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { sessionDate } from '../../identities/sessions.ts';
import { packedPercent, readSessionTags, type SessionTags } from './session-tags.ts';
import { readSourceIdentity } from './source-identity.ts';

interface AssumeRoleInput {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  readonly durationSeconds: number;
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
  readonly policy: PolicyDocument | undefined;
}

const DEFAULT_DURATION_SECONDS = 3_600;
/** For a role assumed with the credentials of another role's session. */
const CHAINED_DURATION_SECONDS = 3_600;
const UNSUPPORTED = ['PolicyArns', 'ProvidedContexts', 'SerialNumber', 'TokenCode'];

/** Decides by itself: the role's trust policy has a say, and whether the role exists is not told. */
export const assumeRole: Operation = {
  recorded: ['RoleArn', 'RoleSessionName', 'ExternalId', 'SourceIdentity'],
  run(call) {
    const { account, caller } = call;
    const input = readInput(call);
    const packedPolicySize = packedPercent(input.tags);
    const role = requirePermission(call, input);
    requireDuration(input.durationSeconds, role, caller);
    const { all, transitiveKeys } = input.tags;
    const credentials = account.identities.issueSession(role, {
      sessionName: input.sessionName,
      durationSeconds: input.durationSeconds,
      tags: Object.fromEntries(all),
      transitiveTagKeys: transitiveKeys,
      ...(input.sourceIdentity !== undefined && { sourceIdentity: input.sourceIdentity }),
      ...(input.policy && { policy: input.policy }),
    });
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: sessionDate(credentials.expiresAt),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.roleId}:${input.sessionName}`,
        Arn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role.roleName}/${input.sessionName}`,
      },
      PackedPolicySize: all.size > 0 ? packedPolicySize : undefined,
      SourceIdentity: input.sourceIdentity,
    };
  },
};

function readInput({ input, caller }: OperationCall): AssumeRoleInput {
  for (const parameter of UNSUPPORTED) {
    if (input[parameter] !== undefined && input[parameter] !== '') {
      throw new AwsError('NotImplemented', `The sandbox does not have sts AssumeRole's ${parameter}.`, 501);
    }
  }
  const roleArn = requireText('roleArn', input['RoleArn'], { minLength: 20, maxLength: 2_048 });
  if (!/^arn:aws:iam::\d{12}:role\/[!-~]+$/.test(roleArn)) {
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
  }
  return {
    roleArn,
    sessionName: requireText('roleSessionName', input['RoleSessionName'], {
      minLength: 2,
      maxLength: 64,
      pattern: /^[\w+=,.@-]*$/,
    }),
    externalId: optionalText('externalId', input['ExternalId'], {
      minLength: 2,
      maxLength: 1_224,
      pattern: /^[\w+=,.@:/-]*$/,
    }),
    durationSeconds: requireInteger('durationSeconds', input['DurationSeconds'] ?? DEFAULT_DURATION_SECONDS, {
      min: 900,
      max: 43_200,
    }),
    tags: readSessionTags(input, caller),
    sourceIdentity: readSourceIdentity(input['SourceIdentity'], caller),
    policy: readSessionPolicy(input['Policy']),
  };
}

/** @throws AwsError MalformedPolicyDocument, ValidationError */
function readSessionPolicy(value: unknown): PolicyDocument | undefined {
  const text = optionalText('policy', value, { minLength: 1, maxLength: 2_048 });
  return text === undefined ? undefined : parsePolicy(text, 'identity');
}

/** @throws AwsError AccessDenied, the same for a role that does not exist */
function requirePermission({ account, caller }: OperationCall, input: AssumeRoleInput): Role {
  const { roleArn, sessionName, externalId, tags, sourceIdentity } = input;
  const role = account.identities.findRole(roleArn);
  if (!role?.arn.startsWith(`arn:${account.partition}:iam::${account.accountId}:`)) {
    throw denied(caller, 'sts:AssumeRole', roleArn, `There is no role ${roleArn} in this account.`);
  }
  const decision = authorizeAssumeRole(account, caller, {
    role,
    sessionName,
    externalId,
    tags: tags.all,
    transitiveTagKeys: tags.transitiveKeys,
    sourceIdentity,
  });
  if (!decision.allowed) throw denied(caller, decision.action, roleArn, decision.reason);
  return role;
}

function denied(caller: Caller, action: string, roleArn: string, reason: string): AwsError {
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`;
  return new AwsError('AccessDenied', message, 403, reason);
}

/** @throws AwsError ValidationError */
function requireDuration(durationSeconds: number, role: Role, caller: Caller): void {
  if (caller.kind === 'session' && durationSeconds > CHAINED_DURATION_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (durationSeconds > role.maxSessionDurationSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}
