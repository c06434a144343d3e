// The user that claims are about: by the names that are set, and by no others.
import { describe, expect, it } from 'vitest';
import { claimedUser, DEFAULT_USER_CLAIMS } from '../../../service/oidc/claimed-user.ts';

const claims = {
  sub: 'c0ffee',
  email: 'ada@example.com',
  email_verified: true,
  preferred_username: 'ada',
  roles: ['dba'],
  groups: ['root'],
  realm_access: { roles: ['root'] },
  TenantID: 'Yellow',
};
const named = (user: string, sent: object = {}) =>
  claimedUser({ ...claims, ...sent }, { ...DEFAULT_USER_CLAIMS, user });

describe('the user', () => {
  it('is called by sub, with the groups of groups, and has no tenant, unless another claim is named', () => {
    const user = { groups: ['root'], groupsOverage: false };
    expect(claimedUser(claims, DEFAULT_USER_CLAIMS)).toEqual({ ...user, id: 'c0ffee' });
    expect(named('preferred_username')).toEqual({ ...user, id: 'ada' });
    expect(claimedUser(claims, { user: 'sub', groups: 'roles', tenant: 'TenantID' })).toEqual({
      id: 'c0ffee',
      groups: ['dba'],
      groupsOverage: false,
      tenant: 'Yellow',
    });
  });

  it.each([false, undefined, 'true', 1, null])(
    'is not called by an e-mail address of which email_verified is %j',
    (email_verified) => {
      expect(() => named('email', { email_verified })).toThrow(
        expect.objectContaining({
          code: 'NameIdNotAllowed',
          message: expect.stringContaining('not verified'),
        }),
      );
    },
  );

  it('is called by an e-mail address that is verified', () => {
    expect(named('email').id).toBe('ada@example.com');
  });

  it.each([
    ['upn', 'no claim upn'],
    ['toString', 'no claim toString'],
    ['__proto__', 'no claim __proto__'],
    ['constructor', 'no claim constructor'],
    ['roles', 'the claim roles, which names the user'],
    ['realm_access', 'the claim realm_access, which names the user'],
  ])('is nobody without the claim, or by one that is no text, and is told which: %s', (name, says) => {
    expect(() => named(name)).toThrow(
      expect.objectContaining({ code: 'NameIdNotAllowed', message: expect.stringContaining(says) }),
    );
  });

  it('has groups by the whole name of a claim: a dot leads nowhere', () => {
    const names = { user: 'sub', groups: 'realm_access.roles' };
    expect(claimedUser(claims, names).groups).toEqual([]);
    expect(claimedUser({ ...claims, 'realm_access.roles': 'dba' }, names).groups).toEqual(['dba']);
    expect(claimedUser(claims, { user: 'sub', groups: 'toString' }).groups).toEqual([]);
  });

  it('has groups left out where those of the claim that is named are elsewhere', () => {
    const elsewhere = { _claim_names: { groups: 'src1' } };
    expect(claimedUser({ ...claims, ...elsewhere }, { user: 'sub', groups: 'roles' }).groupsOverage).toBe(
      false,
    );
    expect(claimedUser({ ...claims, ...elsewhere }, DEFAULT_USER_CLAIMS).groupsOverage).toBe(true);
  });
});
