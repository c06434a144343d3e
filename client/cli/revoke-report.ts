// What `isb revoke` tells: what it is about to do, what it did, and what remains; as a terminal may show it.
import type { Plan, Revoked } from './revocation.ts';
import { type Denial, iso } from './role-denials.ts';
import { escaped } from './shown-text.ts';

export function renderPlan({ registered, tenants, inForce, applications }: Plan): string[] {
  const { applicationName, accessRoleName, sessionTagKey } = registered;
  const others = applications.filter((name) => name !== applicationName);
  return [
    `revokes     ${tenants ? `sessions with ${sessionTagKey} = ${tenants.join(' or ')}` : 'all sessions'} of the access role ${accessRoleName}, application ${applicationName}`,
    ...(others.length > 0 ? [`            which it shares with ${others.join(', ')}: theirs too`] : []),
    ...inForce.map((denial) => `in force    ${subjectOf(denial)} (${denial.policyName})`),
  ].map(escaped);
}

export function renderRevoked({ denial, dropped }: Revoked): string[] {
  return [
    `denied      ${subjectOf(denial)} (${denial.policyName})`,
    `dropped     what the broker keeps for ${dropped.join(', ') || 'nobody: it is registered no longer'}`,
    'remains     IAM may take seconds until everything is denied everywhere',
    '            until registrationCacheSeconds (30) are over, the broker may still hand out what is denied; then it',
    '            issues new sessions. While DynamoDB fails, that takes up to five minutes',
    '            sessions of other roles that were assumed with a revoked one go on',
    '            whoever holds the application’s credentials and a token that has not expired gets new sessions',
  ].map(escaped);
}

function subjectOf({ before, tag, sourceIdentity }: Denial): string {
  const whose = tag ? `sessions with ${tag.key} = ${tag.values.join(' or ')}` : 'all sessions';
  const user = sourceIdentity === undefined ? '' : ` of the source identity ${sourceIdentity}`;
  return `${whose}${user} issued before ${iso(before)}`;
}
