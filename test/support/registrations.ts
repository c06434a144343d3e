// Registrations: one that is complete and correct, and its variations.
import type { Registration } from '../../service/registrations/registration.ts';
import type { StoredRegistration } from '../../service/registrations/stored-registration.ts';
import { callerNamed, roleIdOf } from './callers.ts';

/** The body of a registration with nothing but what is required. */
export const minimalBody = {
  AccessRoleName: 'AppAccess',
  SessionTagKey: 'TenantID',
  JWTClaimName: 'custom:tenant_id',
  JWKSetURL: 'https://idp.example.com/jwks.json',
};

export function registrationWith(overrides: Partial<Registration> = {}): Registration {
  return {
    accessRoleName: 'AppAccess',
    sessionTagKey: 'TenantID',
    jwtClaimName: 'custom:tenant_id',
    jwksUrl: 'https://idp.example.com/jwks.json',
    sessionTags: [],
    sessionTagValues: 'Strict',
    sessionDurationSeconds: 3600,
    ...overrides,
  };
}

export function storedWith(overrides: Partial<StoredRegistration> = {}): StoredRegistration {
  const { accessRoleName = 'AppAccess' } = overrides;
  return {
    ...registrationWith(),
    accessRoleId: roleIdOf(accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1)),
    ...callerNamed('App'),
    registeredAt: '2030-04-01T12:00:00.000Z',
    version: 'version-1',
    trust: 'Pinned',
    roleHasSessionTag: false,
    ...overrides,
  };
}
