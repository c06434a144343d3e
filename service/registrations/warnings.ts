// Warnings: what an application should still do after it has registered.
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
    warnings.push({
      Code: 'AccessRoleHasSessionTag',
      Message:
        `The access role ${accessRoleName} carries an IAM tag ${sessionTagKey} of its own: ` +
        'whoever assumes it without session tags reaches that tenant. Remove the tag from the role.',
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
  const isUnbound = ({ sessionTagValue }: { sessionTagValue?: string }) => sessionTagValue === undefined;
  if (new Set(registration.issuers.filter(isUnbound).map(({ jwksUrl }) => jwksUrl)).size > 1) {
    warnings.push({
      Code: 'TenantNotBoundToIssuer',
      Message:
        'Several issuers with keys of their own may each name any tenant. ' +
        'Where an issuer serves one tenant only, register its SessionTagValue.',
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

/** What the trust policy of an access role still needs, so that only this application can be brokered into it. */
export function howToPin(accessRoleName: string, applicationName: string): string {
  return (
    `The trust policy of ${accessRoleName} lets the broker in with any external id. ` +
    `Let it allow sts:AssumeRole only where sts:ExternalId equals ${applicationName}, ` +
    'and sts:TagSession in a statement of its own, without that condition.'
  );
}
