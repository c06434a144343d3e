// Warnings: what an application should still do after it has registered.
import type { StoredRegistration } from './access-metadata.ts';

export interface Warning {
  readonly Code: 'IssuerNotPinned' | 'AudienceNotPinned' | 'SessionTagValuesUnrestricted';
  readonly Message: string;
}

/** The warnings of a registration, in the order of their weight. */
export function warningsOf(registration: StoredRegistration): Warning[] {
  const warnings: Warning[] = [];
  if (registration.issuer === undefined) {
    warnings.push({
      Code: 'IssuerNotPinned',
      Message: 'Any issuer that signs with a key of the JWK set is accepted. Register the Issuer.',
    });
  }
  if (registration.audience === undefined) {
    warnings.push({
      Code: 'AudienceNotPinned',
      Message:
        'A token that the issuer made for another application is accepted here. Register the Audience: ' +
        'the client id that this application’s tokens are issued for.',
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
