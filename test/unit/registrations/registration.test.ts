// The registration: its fields and bounds as a table of decisions.
import { describe, expect, it } from 'vitest';
import { parseRegistration } from '../../../service/registrations/registration.ts';
import { renderRegistration } from '../../../service/registrations/registration-document.ts';
import { signatureAlgorithms } from '../../../service/tokens/signature-algorithms.ts';
import { furtherTags, minimalBody, registrationWith } from '../../support/registrations.ts';

const notARole =
  'must be the name of an IAM role of this account, with its path before it where it has one, and no ARN';
const notATagKey =
  'must be an STS tag key: 1–128 letters, digits, spaces or _.:/=+-@, not starting with aws:';
const notAlgorithms = `must be a list of at least one of ${signatureAlgorithms.join(', ')}`;
const notADuration = 'must be a whole number of seconds from 900 to 3600, the ceiling of role chaining';
const notAudiences = 'must be one audience or a list of 1–50';
const tagRecord = 'must be an object of tag keys and claim names';

const bodyWith = (fields: Record<string, unknown>) => ({ ...minimalBody, ...fields });
const tagsNamed = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Key${index}`, 'claim']));

describe('a registration', () => {
  it('needs four fields, and has defaults for what it may leave out', () => {
    expect(parseRegistration(minimalBody)).toEqual(registrationWith());
  });

  it('may have every option', () => {
    expect(
      parseRegistration(
        bodyWith({
          Issuer: 'https://idp.example.com/',
          Audience: ['b', 'a', 'b'],
          TokenUse: 'access',
          Algorithms: ['RS256', 'ES256', 'RS256'],
          SessionTags: { Tier: 'custom:tier', Role: 'custom:role' },
          SessionTagValues: 'Any',
          SessionDurationSeconds: 900,
        }),
      ),
    ).toEqual(
      registrationWith({
        issuer: 'https://idp.example.com/',
        audience: ['a', 'b'],
        tokenUse: 'access',
        algorithms: ['ES256', 'RS256'],
        sessionTags: furtherTags(['Role', 'custom:role'], ['Tier', 'custom:tier']),
        sessionTagValues: 'Any',
        sessionDurationSeconds: 900,
      }),
    );
  });

  it('may name the access role in the README’s spelling, or in both when they agree', () => {
    const { AccessRoleName, ...rest } = minimalBody;
    expect(parseRegistration({ ...rest, AccessPrincipalRoleName: AccessRoleName })).toEqual(
      registrationWith(),
    );
    expect(parseRegistration(bodyWith({ AccessPrincipalRoleName: AccessRoleName }))).toEqual(
      registrationWith(),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['a role name of 64', { AccessRoleName: 'a'.repeat(64) }],
    ['a role name with every mark', { AccessRoleName: 'a_+=,.@-' }],
    ['a role name with its path', { AccessRoleName: 'team/sub/AppAccess' }],
    ['a tag key of 128', { SessionTagKey: 'k'.repeat(128) }],
    ['a tag key beyond ASCII, with every mark', { SessionTagKey: 'Ž ٣_.:/=+-@' }],
    ['a tag key that has aws: inside', { SessionTagKey: 'xaws:y' }],
    ['a claim name of 256', { JWTClaimName: 'c'.repeat(256) }],
    ['a claim name of 256 characters beyond the first 65,536', { JWTClaimName: '😀'.repeat(256) }],
    ['a claim name that is a URL', { JWTClaimName: 'https://example.com/claims/tenant' }],
    ['one audience as a string', { Audience: 'client-1' }],
    ['50 audiences', { Audience: Array.from({ length: 50 }, (_, index) => `client-${index}`) }],
    ['all algorithms, each of them twice', { Algorithms: [...signatureAlgorithms, ...signatureAlgorithms] }],
    ['49 further tags', { SessionTags: tagsNamed(49) }],
    ['no further tag', { SessionTags: {} }],
    ['the shortest duration', { SessionDurationSeconds: 900 }],
    ['the longest duration', { SessionDurationSeconds: 3600 }],
  ])('may have %s', (_, fields) => {
    expect(() => parseRegistration(bodyWith(fields))).not.toThrow();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ AccessRoleName: undefined }, 'AccessRoleName: is required'],
    [{ AccessRoleName: '' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'a'.repeat(65) }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'arn:aws:iam::111122223333:role/AppAccess' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: '/AppAccess' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'team/' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'team//AppAccess' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'App*' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 'AppAccess\n' }, `AccessRoleName: ${notARole}`],
    [{ AccessRoleName: 7 }, 'AccessRoleName: must be a string'],
    [{ AccessPrincipalRoleName: 'a b' }, `AccessPrincipalRoleName: ${notARole}`],
    [
      { AccessPrincipalRoleName: 'Other' },
      'AccessPrincipalRoleName: differs from AccessRoleName, whose other spelling it is',
    ],
    [{ SessionTagKey: undefined }, 'SessionTagKey: is required'],
    [{ SessionTagKey: null }, 'SessionTagKey: must be a string'],
    [{ SessionTagKey: '' }, `SessionTagKey: ${notATagKey}`],
    [{ SessionTagKey: 'k'.repeat(129) }, `SessionTagKey: ${notATagKey}`],
    [{ SessionTagKey: 'aws:PrincipalTag' }, `SessionTagKey: ${notATagKey}`],
    [{ SessionTagKey: 'AWS:x' }, `SessionTagKey: ${notATagKey}`],
    [{ SessionTagKey: 'Tenant*' }, `SessionTagKey: ${notATagKey}`],
    [{ JWTClaimName: undefined }, 'JWTClaimName: is required'],
    [{ JWTClaimName: '' }, 'JWTClaimName: must be the name of a claim, 1–256 characters'],
    [{ JWTClaimName: 'c'.repeat(257) }, 'JWTClaimName: must be the name of a claim, 1–256 characters'],
    [{ JWTClaimName: '😀'.repeat(257) }, 'JWTClaimName: must be the name of a claim, 1–256 characters'],
    [{ JWTClaimName: ['a'] }, 'JWTClaimName: must be a string'],
    [{ JWKSetURL: undefined }, 'JWKSetURL: is required'],
    [{ JWKSetURL: '' }, 'JWKSetURL: must be 1–2048 characters'],
    [{ JWKSetURL: `https://${'x'.repeat(2041)}` }, 'JWKSetURL: must be 1–2048 characters'],
    [{ Issuer: '' }, 'Issuer: must be 1–2048 characters'],
    [{ Issuer: false }, 'Issuer: must be a string'],
    [{ Audience: [] }, `Audience: ${notAudiences}`],
    [{ Audience: Array.from({ length: 51 }, String) }, `Audience: ${notAudiences}`],
    [{ Audience: {} }, `Audience: ${notAudiences}`],
    [{ TokenUse: 'ID' }, 'TokenUse: must be id or access'],
    [{ Algorithms: [] }, `Algorithms: ${notAlgorithms}`],
    [{ Algorithms: 'RS256' }, `Algorithms: ${notAlgorithms}`],
    [{ Algorithms: ['HS256'] }, `Algorithms.0: ${notAlgorithms}`],
    [{ Algorithms: Array.from({ length: 23 }, () => 'RS256') }, `Algorithms: ${notAlgorithms}`],
    [{ Algorithms: ['RS256', 'none'] }, `Algorithms.1: ${notAlgorithms}`],
    [{ SessionTags: [] }, `SessionTags: ${tagRecord}`],
    [{ SessionTags: 'Tier' }, `SessionTags: ${tagRecord}`],
    [{ SessionTags: { Tier: 7 } }, 'SessionTags.Tier: must be a string'],
    [{ SessionTags: { Tier: '' } }, 'SessionTags.Tier: must be the name of a claim, 1–256 characters'],
    [{ SessionTags: { 'Tier*': 'tier' } }, `SessionTags.Tier*: ${notATagKey}`],
    [{ SessionTags: { 'aws:Tier': 'tier' } }, `SessionTags.aws:Tier: ${notATagKey}`],
    [
      { SessionTags: { TENANTID: 'x' } },
      'SessionTags.TENANTID: the same tag key twice (case does not count)',
    ],
    [{ SessionTags: { a: 'x', A: 'y' } }, 'SessionTags.A: the same tag key twice (case does not count)'],
    [
      { SessionTags: tagsNamed(50) },
      'SessionTags: STS takes 50 session tags at most, SessionTagKey among them',
    ],
    [{ SessionTagValues: 'strict' }, 'SessionTagValues: must be Strict or Any'],
    [{ SessionDurationSeconds: 899 }, `SessionDurationSeconds: ${notADuration}`],
    [{ SessionDurationSeconds: 3601 }, `SessionDurationSeconds: ${notADuration}`],
    [{ SessionDurationSeconds: 900.5 }, `SessionDurationSeconds: ${notADuration}`],
    [{ SessionDurationSeconds: '900' }, `SessionDurationSeconds: ${notADuration}`],
    [{ Tenant: 'x' }, 'Tenant: not a field of a registration'],
    [{ accessRoleName: 'x' }, 'accessRoleName: not a field of a registration'],
    [{ 'a\n"b"': 'x' }, 'a\\n\\"b\\": not a field of a registration'],
    [
      { SessionTagKey: 7, Tenant: 'x' },
      'SessionTagKey: must be a string; Tenant: not a field of a registration',
    ],
  ])('is refused with %j: %s', (fields, message) => {
    expect(() => parseRegistration(bodyWith(fields))).toThrow(
      expect.objectContaining({ code: 'InvalidRequest', statusCode: 400, message }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [minimalBody]],
    ['a string', 'AppAccess'],
  ])('is not %s', (_, document) => {
    expect(() => parseRegistration(document)).toThrow(
      expect.objectContaining({ code: 'InvalidRequest', message: 'the body must be a JSON object' }),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['many unknown fields', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field${i}`, 1]))],
    ['an unknown field with a long name', { ['x'.repeat(100_000)]: 1 }],
    ['a tag key of any length', { SessionTags: { ['x'.repeat(100_000)]: 'claim' } }],
  ])('is refused in a short message for %s', (_, fields) => {
    expect(() => parseRegistration(bodyWith(fields))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,1000}$/) }),
    );
  });
});

describe('a registration on the wire', () => {
  it('shows the defaults, and leaves out what is absent', () => {
    expect(renderRegistration(registrationWith())).toEqual({
      ...minimalBody,
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
    });
  });

  it('shows the order-free fields in one order, whatever order they came in', () => {
    const one = parseRegistration(bodyWith({ Audience: ['b', 'a'], SessionTags: { B: 'x', A: 'y' } }));
    const other = parseRegistration(bodyWith({ Audience: ['a', 'b'], SessionTags: { A: 'y', B: 'x' } }));
    expect(JSON.stringify(renderRegistration(one))).toBe(JSON.stringify(renderRegistration(other)));
  });
});
