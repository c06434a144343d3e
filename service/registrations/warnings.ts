// Warnings: what an application should still do after it has registered.
import { placeholdersOf } from '../tokens/issuer-template.ts';
import type { StoredRegistration } from './stored-registration.ts';

export interface Warning {
  readonly Code:
    | 'ExternalIdNotRequired'
    | 'AccessRoleNotBound'
    | 'AccessRoleHasSessionTag'
    | 'IssuerNotPinned'
    | 'AudienceNotPinned'
    | 'TenantNotBoundToIssuer'
    | 'SessionTagNotTransitive'
    | 'SessionTagValuesUnrestricted';
  readonly Message: string;
}

/** The warnings of a registration, in the order of their weight. */
export function warningsOf(registration: StoredRegistration): Warning[] {
  const warnings: Warning[] = [];
  const { applicationName, accessRoleName, sessionTagKey } = registration;
  if (registration.trust === 'NotPinned') {
    warnings.push({
      Code: 'ExternalIdNotRequired',
      Message: `${howToPin(accessRoleName, applicationName)} Then PUT the registration again.`,
    });
  }
  if (registration.accessRoleId === undefined) {
    warnings.push({
      Code: 'AccessRoleNotBound',
      Message:
        `Any role that is named ${accessRoleName} is handed out, were it made anew by somebody else. ` +
        'PUT the registration again: it is then bound to the role that is there now.',
    });
  }
  if (registration.roleHasSessionTag) {
    const keys = keysThatMayBeMissing(registration).join(' or ');
    warnings.push({
      Code: 'AccessRoleHasSessionTag',
      Message:
        `The access role ${accessRoleName} carries an IAM tag ${keys} of its own: ` +
        'it counts for every session that has no such session tag. Remove the tag from the role.',
    });
  }
  if (registration.issuers.some(({ issuer }) => issuer === undefined)) {
    warnings.push({
      Code: 'IssuerNotPinned',
      Message: 'Any issuer that signs with a key of the JWK set is accepted. Register the Issuer.',
    });
  }
  if (registration.issuers.some(({ audience }) => audience === undefined)) {
    warnings.push({
      Code: 'AudienceNotPinned',
      Message:
        'A token that the issuer made for another application is accepted here. Register the Audience: ' +
        'the client id that this application’s tokens are issued for.',
    });
  }
  if (unboundIssuers(registration) > 1) {
    warnings.push({
      Code: 'TenantNotBoundToIssuer',
      Message:
        'Several issuers may each name any tenant. ' +
        'Where an issuer serves one tenant only, register its SessionTagValue, in Issuers.',
    });
  }
  if (registration.transitiveTagKeys?.includes(sessionTagKey) === false) {
    warnings.push({
      Code: 'SessionTagNotTransitive',
      Message:
        `A role that is assumed with the issued credentials gets ${sessionTagKey} as its session chooses: another ` +
        'tenant’s too, where its policy relies on the tag. Leave TransitiveTagKeys out, or name the key in it.',
    });
  }
  if (registration.sessionTagValues === 'Any') {
    warnings.push({
      Code: 'SessionTagValuesUnrestricted',
      Message:
        'Claims may hold spaces and slashes. Check that no policy puts the tag where a slash changes its meaning, ' +
        'or register SessionTagValues: Strict.',
    });
  }
  return warnings;
}

/**
 * Keys of the session tags without which the role may be assumed: by whoever does so beside the broker, and by the broker
 * for a token without the claim of an optional one. There, the role's own IAM tag takes the place of the session's.
 */
export function keysThatMayBeMissing({
  sessionTagKey,
  sessionTags,
}: Pick<StoredRegistration, 'sessionTagKey' | 'sessionTags'>): string[] {
  return [sessionTagKey, ...sessionTags.filter(({ isOptional }) => isOptional).map(({ key }) => key)];
}

/**
 * How many issuers name tenants by their own word. Two tenants of one identity provider are two, though they have one
 * JWK set: who administers one of them may decide what its tokens claim. One is an issuer with two spellings, with `https://`
 * and without, as Google's is, and one is the identity provider whose tokens say the tenant in their very `iss`.
 */
function unboundIssuers({ issuers, jwtClaimName = '' }: StoredRegistration): number {
  const counts = new Map<string, number>();
  for (const { jwksUrl, issuer = '', requiredClaims, sessionTagValue } of issuers) {
    const placeholders = placeholdersOf(issuer);
    if (sessionTagValue !== undefined) continue;
    if (placeholders.includes(jwtClaimName)) counts.set(jwksUrl, 1);
    else {
      // Each value that a placeholder may have is an issuer.
      const lengths = requiredClaims.map(([claim, { length }]) =>
        placeholders.includes(claim) ? length : 1,
      );
      const name = `${jwksUrl} ${issuer.replace(/^https:\/\//, '')}`;
      counts.set(
        name,
        lengths.reduce((product, length) => product * length, 1),
      );
    }
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** What the trust policy of an access role still needs, so that only this application can be brokered into it. */
export function howToPin(accessRoleName: string, applicationName: string): string {
  return (
    `The trust policy of ${accessRoleName} lets the broker in with any external id. ` +
    `Let it allow sts:AssumeRole only where sts:ExternalId equals ${applicationName}, ` +
    'and sts:TagSession in a statement of its own, without that condition.'
  );
}
