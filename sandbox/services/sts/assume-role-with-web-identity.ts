// AssumeRoleWithWebIdentity: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import type { Account } from '../../account/account.ts';
import type { Operation, OperationCall } from '../../account/operation.ts';
import { authorizeWebIdentity } from '../../authorization/web-identity.ts';
import { AwsError } from '../../aws-error.ts';
import { requireText } from '../../constraints.ts';
import { accountOfArn, type Role } from '../../identities/identity.ts';
import {
  type RoleSessionInput,
  readRoleSession,
  requireWithinMaximum,
  sessionAnswer,
} from './session-request.ts';
import { packedPercent, recordTags, type SessionTags } from './session-tags.ts';
import { sourceIdentityOfClaims, tagsOfClaims } from './web-identity-claims.ts';
import { type VerifiedToken, verifyWebIdentityToken } from './web-identity-token.ts';

const UNSUPPORTED = ['PolicyArns', 'ProviderId'];

/** What the session gets of the token. */
interface TokenGrant extends VerifiedToken {
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
}

/** Decides by itself: the token says who asks, and the role's trust policy whether that is enough. */
export const assumeRoleWithWebIdentity: Operation = {
  unsigned: true,
  recorded: ['RoleArn', 'RoleSessionName', 'DurationSeconds'],
  async run(call) {
    const input = readRoleSession(call.input, 'AssumeRoleWithWebIdentity', UNSUPPORTED);
    const token = requireText('webIdentityToken', call.input['WebIdentityToken'], {
      minLength: 4,
      maxLength: 20_000,
    });
    // Nobody signed: the account is the role's.
    const account = call.account.all.get(accountOfArn(input.roleArn));
    if (!account) throw denied(`The sandbox has no account for the role ${input.roleArn}.`);
    const grant = readGrant(call, await verifyWebIdentityToken(account, token));
    const { tags, sourceIdentity, identity } = grant;
    const packedPolicySize = packedPercent(tags);
    const role = requirePermission(account, input, grant);
    requireWithinMaximum(input.durationSeconds, role);
    const credentials = account.identities.issueSession(role, {
      sessionName: input.sessionName,
      durationSeconds: input.durationSeconds,
      tags: Object.fromEntries(tags.all),
      transitiveTagKeys: tags.transitiveKeys,
      webIdentity: identity,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(input.policy && { policy: input.policy }),
    });
    return {
      ...sessionAnswer(role, input.sessionName, credentials),
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      Provider: grant.issuer,
      PackedPolicySize: tags.all.size > 0 ? packedPolicySize : undefined,
      SourceIdentity: sourceIdentity,
    };
  },
};

/** Only of a token that is verified does the trail show anything. */
function readGrant(call: OperationCall, token: VerifiedToken): TokenGrant {
  const { identity, claims, issuer } = token;
  call.record('Provider', issuer);
  call.record('Subject', identity.subject);
  call.record('Audience', identity.audience);
  const tags = tagsOfClaims(claims);
  recordTags(call, tags);
  const sourceIdentity = sourceIdentityOfClaims(claims);
  if (sourceIdentity !== undefined) call.record('SourceIdentity', sourceIdentity);
  return { ...token, tags, sourceIdentity };
}

/** @throws AwsError AccessDenied, the same for a role that does not exist */
function requirePermission(account: Account, input: RoleSessionInput, grant: TokenGrant): Role {
  const { roleArn, sessionName } = input;
  const { identity: webIdentity, tags, sourceIdentity } = grant;
  const role = account.identities.findRole(roleArn);
  if (!role) throw denied(`There is no role ${roleArn}.`);
  const decision = authorizeWebIdentity(account, {
    role,
    sessionName,
    webIdentity,
    tags: tags.all,
    transitiveTagKeys: tags.transitiveKeys,
    sourceIdentity,
  });
  if (!decision.allowed) throw denied(decision.reason, decision.action);
  return role;
}

function denied(reason: string, action = 'sts:AssumeRoleWithWebIdentity'): AwsError {
  return new AwsError('AccessDenied', `Not authorized to perform ${action}`, 403, reason);
}
