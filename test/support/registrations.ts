// Registrations: one that is complete and correct, and its variations.
import { loadRegistrationParser } from '../../service/registrations/parser.ts';
import type { FurtherTag, Registration } from '../../service/registrations/registration.ts';
import type { StoredRegistration } from '../../service/registrations/stored-registration.ts';
import type { IssuerRules } from '../../service/tokens/token-rules.ts';
import { callerNamed, roleIdOf } from './callers.ts';

// Whoever steps through what overlaps, turn by turn or in virtual time, waits for no file to be read.
await loadRegistrationParser();

/** The body of a registration with nothing but what is required. */
export const minimalBody = {
  AccessRoleName: 'AppAccess',
  SessionTagKey: 'TenantID',
  JWTClaimName: 'custom:tenant_id',
  JWKSetURL: 'https://idp.example.com/jwks.json',
};

/** What a registration with one issuer says of it, beside the rest. */
export type Overrides<T extends Registration> = Partial<T & IssuerRules>;

export function registrationWith(overrides: Overrides<Registration> = {}): Registration {
  const { jwksUrl = minimalBody.JWKSetURL, issuer, audience, tokenUse, algorithms, ...rest } = overrides;
  const { requiredClaims = [], sessionTagValue, ...fields } = rest;
  const registration = {
    accessRoleName: 'AppAccess',
    sessionTagKey: 'TenantID',
    jwtClaimName: 'custom:tenant_id',
    listsIssuers: false,
    issuers: [
      {
        jwksUrl,
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
        ...(tokenUse !== undefined && { tokenUse }),
        ...(algorithms !== undefined && { algorithms }),
        requiredClaims,
        ...(sessionTagValue !== undefined && { sessionTagValue }),
      },
    ],
    sessionTags: [],
    sessionTagValues: 'Strict' as const,
    claimForms: [],
    sessionDurationSeconds: 3600,
    ...fields,
  };
  const { jwtClaimName, sessionTags } = registration;
  return { keptClaims: [jwtClaimName, ...sessionTags.map(({ claim }) => claim)], ...registration };
}

/** Further session tags: key and claim. */
export function furtherTags(...tags: readonly (readonly [key: string, claim: string])[]): FurtherTag[] {
  return tags.map(([key, claim]) => ({ key, claim, isOptional: false }));
}

export function storedWith(overrides: Overrides<StoredRegistration> = {}): StoredRegistration {
  const { accessRoleName = 'AppAccess' } = overrides;
  const { applicationName, applicationRoleId } = callerNamed('App');
  return {
    ...registrationWith(overrides),
    accessRoleId: roleIdOf(accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1)),
    applicationName,
    applicationRoleId,
    registeredAt: '2030-04-01T12:00:00.000Z',
    version: 'version-1',
    trust: 'Pinned',
    roleHasSessionTag: false,
    ...overrides,
  };
}
