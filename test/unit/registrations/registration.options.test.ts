// The registration's later options: what each may be, what each is refused with, and that it reads back as it was.
import { describe, expect, it } from 'vitest';
import { parseRegistration } from '../../../service/registrations/registration.ts';
import { renderRegistration } from '../../../service/registrations/registration-document.ts';
import { minimalBody } from '../../support/registrations.ts';

type Fields = Record<string, unknown>;
const bodyWith = (fields: Fields) => ({ ...minimalBody, ...fields });
const keysNamed = (count: number) => Array.from({ length: count }, (_, index) => `Key${index}`);

const notAClaim = 'must be the name of a claim, 1–256 characters';
const notAPointer = 'is a JSON Pointer (RFC 6901), in which ~ is written ~0, and / within a name ~1';
const notForms = 'must be a list of at least one of SafeInteger, ListOfOne';
const notTransitive = 'must be a list of keys among the session tags, or an empty one';
const notRequired = 'must be an object of 1–50 claims, each with the values that it may have';
const notValues = 'must be a string, a whole number, true or false, or a list of 1–50 of them';

describe('an option of a registration', () => {
  it.each<[string, Fields, Fields]>([
    [
      'ClaimForms',
      { ClaimForms: ['SafeInteger', 'ListOfOne'] },
      { ClaimForms: ['ListOfOne', 'SafeInteger'] },
    ],
    [
      'ClaimForms, twice the same',
      { ClaimForms: Array(10).fill('SafeInteger') },
      { ClaimForms: ['SafeInteger'] },
    ],
    ['no transitive key', { TransitiveTagKeys: [] }, { TransitiveTagKeys: [] }],
    [
      'transitive keys',
      { SessionTags: { Tier: 'tier' }, TransitiveTagKeys: ['Tier', 'TenantID', 'Tier'] },
      { SessionTags: { Tier: 'tier' }, TransitiveTagKeys: ['TenantID', 'Tier'] },
    ],
    ['a source identity', { SourceIdentityClaim: '/user/id' }, { SourceIdentityClaim: '/user/id' }],
    ['a session name', { SessionNameClaim: 'sub' }, { SessionNameClaim: 'sub' }],
    [
      'an optional tag',
      { SessionTags: { Tier: { Claim: '/tier', Optional: true } } },
      { SessionTags: { Tier: { Claim: '/tier', Optional: true } } },
    ],
    [
      'a tag that says that it is not optional, or nothing of it',
      { SessionTags: { Tier: { Claim: 'tier', Optional: false }, Unit: { Claim: 'unit' } } },
      { SessionTags: { Tier: 'tier', Unit: 'unit' } },
    ],
    [
      'required claims',
      { RequiredClaims: { '/z/1': 7, azp: ['b', 'a', 'b'], mfa: true } },
      { RequiredClaims: { '/z/1': [7], azp: ['a', 'b'], mfa: [true] } },
    ],
    [
      'required values that are alike in nothing but their spelling',
      { RequiredClaims: { c: [1, '1', true, 'true', 0, false, '', 1].filter((value) => value !== '') } },
      { RequiredClaims: { c: ['1', 'true', 0, 1, false, true] } },
    ],
    [
      'the largest numbers that can be told apart',
      { RequiredClaims: { c: [9_007_199_254_740_991, -9_007_199_254_740_991] } },
      { RequiredClaims: { c: [-9_007_199_254_740_991, 9_007_199_254_740_991] } },
    ],
    [
      'an issuer template whose claim is the tenant',
      { Issuer: 'https://idp.example.com/{custom:tenant_id}' },
      { Issuer: 'https://idp.example.com/{custom:tenant_id}' },
    ],
  ])('%s reads back as it was', (_, sent, shown) => {
    const registration = parseRegistration(bodyWith(sent));
    const rendered = renderRegistration(registration);
    expect(rendered).toEqual({
      ...minimalBody,
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
      ...shown,
    });
    expect(parseRegistration(JSON.parse(JSON.stringify(rendered)))).toEqual(registration);
  });

  it('that names a claim has it kept, each once', () => {
    const { keptClaims } = parseRegistration(
      bodyWith({
        JWTClaimName: 't',
        SessionTags: { A: 't', B: { Claim: '/b', Optional: true } },
        SourceIdentityClaim: 'sub',
        SessionNameClaim: 'sub',
        RequiredClaims: { azp: 'x' },
      }),
    );
    expect(keptClaims).toEqual(['t', '/b', 'sub']);
  });

  it.each<[Fields, string]>([
    [{ JWTClaimName: '/a~2' }, `JWTClaimName: ${notAPointer}`],
    [{ SessionTags: { Tier: '/~' } }, `SessionTags.Tier: ${notAPointer}`],
    [{ SessionTags: { Tier: { Claim: '/a~' } } }, `SessionTags.Tier.Claim: ${notAPointer}`],
    [{ SessionTags: { Tier: {} } }, 'SessionTags.Tier.Claim: is required'],
    [
      { SessionTags: { Tier: { Claim: 'c', Optional: 'true' } } },
      'SessionTags.Tier.Optional: must be true or false',
    ],
    [
      { SessionTags: { Tier: { Claim: 'c', Default: 'x' } } },
      'SessionTags.Tier.Default: not a field of SessionTags.Tier',
    ],
    [{ SessionTags: { Tier: null } }, 'SessionTags.Tier: must be a string'],
    [{ SourceIdentityClaim: '' }, `SourceIdentityClaim: ${notAClaim}`],
    [{ SourceIdentityClaim: '/~3' }, `SourceIdentityClaim: ${notAPointer}`],
    [{ SourceIdentityClaim: 7 }, 'SourceIdentityClaim: must be a string'],
    [{ SessionNameClaim: 's'.repeat(257) }, `SessionNameClaim: ${notAClaim}`],
    [{ SessionNameClaim: null }, 'SessionNameClaim: must be a string'],
    [{ ClaimForms: [] }, `ClaimForms: ${notForms}`],
    [{ ClaimForms: 'SafeInteger' }, `ClaimForms: ${notForms}`],
    [{ ClaimForms: ['Integer'] }, `ClaimForms.0: ${notForms}`],
    [{ ClaimForms: Array(11).fill('SafeInteger') }, `ClaimForms: ${notForms}`],
    [{ TransitiveTagKeys: 'TenantID' }, `TransitiveTagKeys: ${notTransitive}`],
    [{ TransitiveTagKeys: keysNamed(51) }, `TransitiveTagKeys: ${notTransitive}`],
    [{ TransitiveTagKeys: ['Tier'] }, 'TransitiveTagKeys: Tier is not the key of a session tag'],
    [{ TransitiveTagKeys: ['tenantid'] }, 'TransitiveTagKeys: tenantid is not the key of a session tag'],
    [{ RequiredClaims: [] }, `RequiredClaims: ${notRequired}`],
    [{ RequiredClaims: {} }, `RequiredClaims: ${notRequired}`],
    [
      { RequiredClaims: Object.fromEntries(keysNamed(51).map((key) => [key, 'x'])) },
      `RequiredClaims: ${notRequired}`,
    ],
    [{ RequiredClaims: { '': 'x' } }, `RequiredClaims.: ${notAClaim}`],
    [{ RequiredClaims: { '/~': 'x' } }, `RequiredClaims./~: ${notAPointer}`],
    [{ RequiredClaims: { azp: '' } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: 'x'.repeat(257) } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: [] } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: null } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: {} } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: 1.5 } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: 9_007_199_254_740_992 } }, `RequiredClaims.azp: ${notValues}`],
    [{ RequiredClaims: { azp: [['a']] } }, `RequiredClaims.azp: ${notValues}`],
    [
      { RequiredClaims: { azp: Array.from({ length: 51 }, (_, index) => index) } },
      `RequiredClaims.azp: ${notValues}`,
    ],
    [{ SessionTagValue: 'Blue' }, 'SessionTagValue: not a field of a registration'],
  ])('is refused with %j: %s', (fields, message) => {
    expect(() => parseRegistration(bodyWith(fields))).toThrow(
      expect.objectContaining({ code: 'InvalidRequest', statusCode: 400, message }),
    );
  });

  it.each<[string, string]>([
    ['a required claim', '{ "RequiredClaims": { "azp": "a", "__proto__": "b" } }'],
    ['a session tag', '{ "SessionTags": { "__proto__": "tier" } }'],
    ['a field', '{ "__proto__": {} }'],
    ['a field of a tag', '{ "SessionTags": { "Tier": { "Claim": "c", "__proto__": true } } }'],
    ['a required claim of an issuer', '{ "Issuers": [{ "RequiredClaims": { "__proto__": "b" } }] }'],
  ])('is not passed over where %s is called __proto__, but refused', (_, fields) => {
    const sent = { ...minimalBody };
    const read = JSON.parse(fields) as object;
    for (const [name, value] of Object.entries(read))
      Object.defineProperty(sent, name, { value, enumerable: true });
    expect(() => parseRegistration(sent)).toThrow(
      expect.objectContaining({
        code: 'InvalidRequest',
        message: '__proto__: can be the name of nothing in a registration',
      }),
    );
  });

  it('may require a claim of that name by a pointer', () => {
    const RequiredClaims = { '/__proto__': ['a'] };
    expect(renderRegistration(parseRegistration(bodyWith({ RequiredClaims })))).toMatchObject({
      RequiredClaims,
    });
  });
});
