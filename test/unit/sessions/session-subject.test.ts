// The session's subject: optional tags, source identity, session name, and a tenant that is bound to the token's issuer.
import { describe, expect, it } from 'vitest';
import type { FurtherTag } from '../../../service/registrations/registration.ts';
import { sessionSubjectOf } from '../../../service/sessions/session-tags.ts';
import { sessionRequestOf } from '../../../service/sessions/temporary-credentials.ts';
import { NOTHING, NoText } from '../../../service/tokens/claim-forms.ts';
import { deployment } from '../../support/callers.ts';
import { registrationWith, storedWith } from '../../support/registrations.ts';

const CLAIM = 'custom:tenant_id';
const tenant = { key: 'TenantID', value: 'Yellow' };
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, statusCode: 403, message });

describe('an optional tag', () => {
  const optional = (key: string): FurtherTag => ({ key, claim: key.toLowerCase(), isOptional: true });
  const registration = registrationWith({
    sessionTags: [optional('Plan'), { key: 'Role', claim: 'role', isOptional: false }, optional('Tier')],
  });
  const tagsWith = (claims: object) =>
    sessionSubjectOf({ claims: { [CLAIM]: 'Yellow', role: 'Admin', ...claims } }, registration).tags;
  const role = { key: 'Role', value: 'Admin' };

  it.each<[string, object, object[]]>([
    [
      'there',
      { plan: 'basic', tier: 'gold' },
      [{ key: 'Plan', value: 'basic' }, role, { key: 'Tier', value: 'gold' }],
    ],
    ['missing', { tier: 'gold' }, [role, { key: 'Tier', value: 'gold' }]],
    ['null', { plan: NOTHING, tier: 'gold' }, [role, { key: 'Tier', value: 'gold' }]],
    ['missing, as the other is', {}, [role]],
  ])('whose claim is %s', (_, claims, tags) => {
    expect(tagsWith(claims)).toEqual([tenant, ...tags]);
  });

  it.each<[string, unknown, string]>([
    ['empty', '', 'the claim tier must be 1–256 of'],
    ['a wildcard', '*', 'the claim tier must be 1–256 of'],
    ['an object, or a list with null in it', new NoText(undefined), 'the claim tier must be a string'],
    [
      'a number',
      new NoText('SafeInteger'),
      'the claim tier must be a string; ClaimForms: SafeInteger lets it be what it is',
    ],
    [
      'a list',
      new NoText('ListOfOne'),
      'the claim tier must be a string; ClaimForms: ListOfOne lets it be what it is',
    ],
  ])('whose claim is %s is refused, not left out', (_, tier, message) => {
    expect(() => tagsWith({ tier })).toThrow(message);
    expect(() => tagsWith({ tier })).toThrow(expect.objectContaining({ code: 'ClaimNotAllowed' }));
  });

  it('excuses no other', () => {
    expect(() => sessionSubjectOf({ claims: { [CLAIM]: 'Yellow' } }, registration)).toThrow(
      refusal('ClaimMissing', 'the token has no claim role'),
    );
    expect(() => tagsWith({ role: NOTHING })).toThrow(
      refusal('ClaimNotAllowed', 'the claim role must be a string'),
    );
  });
});

describe('the tenant that is bound to an issuer', () => {
  const issuers = [
    { jwksUrl: 'https://a.example.com', issuer: 'a', requiredClaims: [], sessionTagValue: 'Blue' },
    { jwksUrl: 'https://b.example.com', issuer: 'b', requiredClaims: [] },
  ];
  const registration = registrationWith({ issuers, listsIssuers: true });

  it('is that of its token, whatever it claims, with the further tags of the token', () => {
    const further = registrationWith({
      issuers,
      sessionTags: [{ key: 'Tier', claim: 'tier', isOptional: false }],
    });
    const token = { claims: { [CLAIM]: 'Yellow', tier: 'gold' }, sessionTagValue: 'Blue' };
    expect(sessionSubjectOf(token, further).tags).toEqual([
      { key: 'TenantID', value: 'Blue' },
      { key: 'Tier', value: 'gold' },
    ]);
  });

  it('is not another’s to name; any other is', () => {
    expect(() => sessionSubjectOf({ claims: { [CLAIM]: 'Blue' } }, registration)).toThrow(
      refusal(
        'ClaimNotAllowed',
        'the claim custom:tenant_id names a tenant that is another issuer’s, by its SessionTagValue',
      ),
    );
    expect(sessionSubjectOf({ claims: { [CLAIM]: 'Yellow' } }, registration).tags).toEqual([tenant]);
  });
});

describe.each([
  ['SourceIdentityClaim', 'sourceIdentity', { sourceIdentityClaim: '/user/id' }],
  ['SessionNameClaim', 'sessionName', { sessionNameClaim: '/user/id' }],
] as const)('%s', (_, part, fields) => {
  const registration = registrationWith(fields);
  const partOf = (value: unknown) =>
    sessionSubjectOf({ claims: { [CLAIM]: 'Yellow', '/user/id': value } }, registration)[part];

  it.each(['alice', 'alice@example.com', 'Ž', 'a'.repeat(256), '*', ' '])(
    'is the claim as it is: %j',
    (value) => {
      expect(partOf(value)).toBe(value);
    },
  );

  it.each([
    ['empty', '', 'the claim /user/id must be 1–256 characters'],
    ['too long', 'a'.repeat(257), 'the claim /user/id must be 1–256 characters'],
    ['half a character', 'auth0|\ud800', 'the claim /user/id must be 1–256 characters'],
    ['null', NOTHING, 'the claim /user/id must be a string'],
    [
      'a number',
      new NoText('SafeInteger'),
      'the claim /user/id must be a string; ClaimForms: SafeInteger lets it be what it is',
    ],
  ])('is refused where the claim is %s', (_, value, message) => {
    expect(() => partOf(value)).toThrow(refusal('ClaimNotAllowed', message));
  });

  it('is refused where the claim is missing', () => {
    expect(() => sessionSubjectOf({ claims: { [CLAIM]: 'Yellow' } }, registration)).toThrow(
      refusal('ClaimMissing', 'the token has no claim /user/id'),
    );
  });

  it('is nothing where it is not registered', () => {
    expect(sessionSubjectOf({ claims: { [CLAIM]: 'Yellow' } }, registrationWith())).toEqual({
      tags: [tenant],
    });
  });
});

describe('what STS is asked for', () => {
  const tier = { key: 'Tier', value: 'gold' };
  const inputOf = (
    subject: Partial<Parameters<typeof sessionRequestOf>[1]>,
    fields: Parameters<typeof storedWith>[0] = {},
  ) => sessionRequestOf(storedWith(fields), { tags: [tenant, tier], ...subject }, deployment).input;

  it('has all session tags transitive, unless the registration says which', () => {
    expect(inputOf({})).toMatchObject({ TransitiveTagKeys: ['TenantID', 'Tier'] });
    expect(inputOf({}, { transitiveTagKeys: ['TenantID'] })).toMatchObject({
      TransitiveTagKeys: ['TenantID'],
    });
    expect(inputOf({}, { transitiveTagKeys: [] })).not.toHaveProperty('TransitiveTagKeys');
  });

  it('has no transitive key whose tag the session does not have', () => {
    const transitiveTagKeys = ['TenantID', 'Tier'];
    expect(inputOf({ tags: [tenant] }, { transitiveTagKeys })).toMatchObject({
      TransitiveTagKeys: ['TenantID'],
    });
    expect(inputOf({ tags: [tenant] })).toMatchObject({ TransitiveTagKeys: ['TenantID'] });
    expect(inputOf({ tags: [tenant] }, { transitiveTagKeys: ['Tier'] })).not.toHaveProperty(
      'TransitiveTagKeys',
    );
  });

  it('is named by the claim, or by the tenant', () => {
    expect(inputOf({})).toMatchObject({ RoleSessionName: 'Yellow' });
    expect(inputOf({ sessionName: 'alice' })).toMatchObject({ RoleSessionName: 'alice' });
    expect(inputOf({ sessionName: 'Yellow/Blue' })).toMatchObject({
      RoleSessionName: 'Yellow-Blue-5e17f8ee96156184',
    });
  });

  it('has the source identity, spelled as STS takes it, or none', () => {
    expect(inputOf({})).not.toHaveProperty('SourceIdentity');
    expect(inputOf({ sourceIdentity: 'alice@example.com' })).toMatchObject({
      SourceIdentity: 'alice@example.com',
    });
    expect(inputOf({ sourceIdentity: 'Yellow/Blue' })).toMatchObject({
      SourceIdentity: 'Yellow-Blue-5e17f8ee96156184',
      RoleSessionName: 'Yellow',
    });
    expect(inputOf({ sourceIdentity: 'IAMSessionBroker-probe' })).toMatchObject({
      SourceIdentity: 'session-IAMSessionBroker-probe-e8ebbc1ef1c033c6',
    });
    expect(inputOf({ sourceIdentity: 'aws:alice' }).SourceIdentity).toMatch(/^aws-alice-[0-9a-f]{16}$/);
  });
});
