// AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { authorizeAssumeRole } from '../../authorization/assume-role.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText } from '../../constraints.ts';
import { accountOfArn, type Caller, type Role } from '../../identities/identity.ts';
import type { IdentityContext } from '../../identities/identity-context.ts';
import { IDENTITY_CENTER, readProvidedContexts } from './provided-contexts.ts';
import {
  type RoleSessionInput,
  readRoleSession,
  requireWithinMaximum,
  sessionAnswer,
} from './session-request.ts';
import { packedPercent, readSessionTags, recordTags, type SessionTags } from './session-tags.ts';
import { readSourceIdentity } from './source-identity.ts';

interface AssumeRoleInput extends RoleSessionInput {
  readonly externalId: string | undefined;
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
  readonly identityContext: IdentityContext | undefined;
}

/** For a role assumed with the credentials of another role's session. */
const CHAINED_DURATION_SECONDS = 3_600;
const UNSUPPORTED = ['PolicyArns', 'SerialNumber', 'TokenCode'];

/** Decides by itself: the role's trust policy has a say, and whether the role exists is not told. */
export const assumeRole: Operation = {
  recorded: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId', 'SourceIdentity'],
  run(call) {
    const { account, caller } = call;
    const input = readInput(call);
    const packedPolicySize = packedPercent(input.tags);
    const role = requirePermission(call, input);
    requireDuration(input.durationSeconds, role, caller);
    const { all, transitiveKeys } = input.tags;
    const credentials = account.identities.of(accountOfArn(role.arn)).issueSession(role, {
      sessionName: input.sessionName,
      durationSeconds: input.durationSeconds,
      tags: Object.fromEntries(all),
      transitiveTagKeys: transitiveKeys,
      isChained: caller.kind === 'session',
      ...(input.sourceIdentity !== undefined && { sourceIdentity: input.sourceIdentity }),
      ...(input.policy && { policy: input.policy }),
      ...(input.identityContext && { identityContext: input.identityContext }),
    });
    return {
      ...sessionAnswer(role, input.sessionName, credentials),
      PackedPolicySize: all.size > 0 ? packedPolicySize : undefined,
      SourceIdentity: input.sourceIdentity,
    };
  },
};

function readInput(call: OperationCall): AssumeRoleInput {
  const { account, input, caller } = call;
  const request: AssumeRoleInput = {
    ...readRoleSession(input, 'AssumeRole', UNSUPPORTED),
    externalId: optionalText('externalId', input['ExternalId'], {
      minLength: 2,
      maxLength: 1_224,
      pattern: /^[\w+=,.@:/-]*$/,
    }),
    tags: readSessionTags(input, caller),
    sourceIdentity: readSourceIdentity(input['SourceIdentity'], caller),
    identityContext: readProvidedContexts(account, input['ProvidedContexts']),
  };
  recordTags(call, request.tags);
  if (request.sourceIdentity !== undefined) call.record('SourceIdentity', request.sourceIdentity);
  if (request.identityContext) {
    call.record('ContextProvider', IDENTITY_CENTER);
    call.record('UserId', request.identityContext.userId);
  }
  return request;
}

/** @throws AwsError AccessDenied, the same for a role that does not exist */
function requirePermission({ account, caller }: OperationCall, input: AssumeRoleInput): Role {
  const { roleArn, sessionName, externalId, tags, sourceIdentity, identityContext } = input;
  const role = account.identities.findRole(roleArn);
  if (!role) throw denied(caller, 'sts:AssumeRole', roleArn, `There is no role ${roleArn}.`);
  const decision = authorizeAssumeRole(account, caller, {
    role,
    sessionName,
    externalId,
    tags: tags.all,
    transitiveTagKeys: tags.transitiveKeys,
    sourceIdentity,
    ...(identityContext && { context: { providerArn: IDENTITY_CENTER, identity: identityContext } }),
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
  requireWithinMaximum(durationSeconds, role);
}
