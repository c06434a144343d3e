// Trusted issuers: what a list of them may say, and how one that is wrong is told, by its place in the list.
import { describe, expect, it } from 'vitest';
import { parseRegistration } from '../../../service/registrations/registration.ts';
import { renderRegistration } from '../../../service/registrations/registration-document.ts';
import { MAX_ISSUERS } from '../../../service/registrations/trusted-issuer.ts';
import { minimalBody } from '../../support/registrations.ts';

type Fields = Record<string, unknown>;
const { JWKSetURL, ...withoutUrl } = minimalBody;
const { JWTClaimName, ...withoutClaim } = withoutUrl;
const one = { Issuer: 'https://a.example.com', JWKSetURL: 'https://a.example.com/keys' };
const other = { Issuer: 'https://b.example.com', JWKSetURL: 'https://b.example.com/keys' };
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...one, Issuer: `https://${index}.example.com` }));
const refusal = (message: string) =>
  expect.objectContaining({ code: 'InvalidRequest', statusCode: 400, message });
const notText = 'must be 1–2048 characters';

describe('issuers', () => {
  it.each<[string, Fields]>([
    ['one', { Issuers: [one] }],
    ['as many as there may be', { Issuers: numbered(MAX_ISSUERS) }],
    [
      'with all that an issuer may say',
      {
        Issuers: [
          { ...one, SessionTagValue: 'Blue' },
          {
            ...other,
            Audience: ['client-1'],
            TokenUse: 'id',
            Algorithms: ['ES256'],
            RequiredClaims: { azp: ['client-1'] },
          },
        ],
      },
    ],
    [
      'of one tenant, both of them',
      { Issuers: [one, other].map((each) => ({ ...each, SessionTagValue: 'Blue' })) },
    ],
    ['with one set of keys', { Issuers: [one, { ...other, JWKSetURL: one.JWKSetURL }] }],
    [
      'that are a template and an exception from it',
      {
        RequiredClaims: undefined,
        Issuers: [
          { ...one, Issuer: 'https://x/{custom:tenant_id}' },
          { ...other, Issuer: 'https://x/blue', SessionTagValue: 'Blue' },
        ],
      },
    ],
  ])('%s read back as they were, in their order', (_, sent) => {
    const registration = parseRegistration({ ...withoutUrl, ...sent });
    expect(registration.listsIssuers).toBe(true);
    const rendered = renderRegistration(registration);
    expect(rendered).toEqual({
      ...withoutUrl,
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
      Issuers: sent['Issuers'],
    });
    expect(parseRegistration(JSON.parse(JSON.stringify(rendered)))).toEqual(registration);
  });

  it('need no JWTClaimName where each has its SessionTagValue', () => {
    const Issuers = [
      { ...one, SessionTagValue: 'Yellow' },
      { ...other, SessionTagValue: 'Blue' },
    ];
    expect(parseRegistration({ ...withoutClaim, Issuers })).not.toHaveProperty('jwtClaimName');
    expect(() =>
      parseRegistration({ ...withoutClaim, Issuers: [...Issuers, { ...one, Issuer: 'c' }] }),
    ).toThrow(refusal('JWTClaimName: is required'));
  });

  it.each<[string, Fields, string]>([
    ['none', { Issuers: [] }, 'Issuers: must be a list of 1–100 issuers'],
    ['too many', { Issuers: numbered(MAX_ISSUERS + 1) }, 'Issuers: must be a list of 1–100 issuers'],
    ['no list', { Issuers: one }, 'Issuers: must be a list of 1–100 issuers'],
    ['a text', { Issuers: ['https://a.example.com'] }, 'Issuers.0: must be an object'],
    ['null', { Issuers: [one, null] }, 'Issuers.1: must be an object'],
    ['no issuer', { Issuers: [{ JWKSetURL }] }, 'Issuers.0.Issuer: is required'],
    ['no URL', { Issuers: [one, { Issuer: 'x' }] }, 'Issuers.1.JWKSetURL: is required'],
    ['an empty issuer', { Issuers: [{ ...one, Issuer: '' }] }, `Issuers.0.Issuer: ${notText}`],
    [
      'a tag key',
      { Issuers: [{ ...one, SessionTagKey: 'x' }] },
      'Issuers.0.SessionTagKey: not a field of Issuers.0',
    ],
    ['another use', { Issuers: [{ ...one, TokenUse: 'x' }] }, 'Issuers.0.TokenUse: must be id or access'],
    [
      'a pointer with no such escape',
      { Issuers: [{ ...one, RequiredClaims: { '/~2': 'x' } }] },
      'Issuers.0.RequiredClaims./~2: is a JSON Pointer (RFC 6901), in which ~ is written ~0, and / within a name ~1',
    ],
    ['the same twice', { Issuers: [one, other, { ...one }] }, 'Issuers.2.Issuer: stands in the list twice'],
    [
      'the same twice, with other keys and another tenant',
      { Issuers: [one, { ...other, Issuer: one.Issuer, SessionTagValue: 'Blue' }] },
      'Issuers.1.Issuer: stands in the list twice',
    ],
    [
      'templates that differ in the names of their claims alone',
      {
        Issuers: [
          { ...one, Issuer: 'https://x/{custom:tenant_id}' },
          { ...other, Issuer: 'https://x/{tid}', RequiredClaims: { tid: 'a' } },
        ],
      },
      'Issuers.1.Issuer: stands in the list twice',
    ],
    [
      'a template whose claim is nothing else',
      { Issuers: [{ ...one, Issuer: 'https://x/{tid}' }] },
      'Issuers.0.Issuer: {tid} must be the claim that is JWTClaimName, or one of RequiredClaims: any tenant of the issuer would be accepted',
    ],
    [
      'a template whose claim is JWTClaimName, which its SessionTagValue overrules',
      { Issuers: [{ ...one, Issuer: 'https://x/{custom:tenant_id}', SessionTagValue: 'Blue' }] },
      'Issuers.0.Issuer: {custom:tenant_id} must be the claim that is JWTClaimName, or one of RequiredClaims: any tenant of the issuer would be accepted',
    ],
    [
      'a template whose claim another issuer requires',
      {
        Issuers: [
          { ...one, RequiredClaims: { tid: 'a' } },
          { ...other, Issuer: 'https://x/{tid}' },
        ],
      },
      'Issuers.1.Issuer: {tid} must be the claim that is JWTClaimName, or one of RequiredClaims: any tenant of the issuer would be accepted',
    ],
    [
      'a literal brace',
      { Issuers: [{ ...one, Issuer: 'https://x/{' }] },
      'Issuers.0.Issuer: has a brace that belongs to no {claim}',
    ],
    [
      'a tenant that Strict does not allow',
      { Issuers: [{ ...one, SessionTagValue: 'Blue/live' }] },
      'Issuers.0.SessionTagValue: must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit; SessionTagValues: Any allows all that STS does',
    ],
    [
      'a tenant that nothing allows',
      { SessionTagValues: 'Any', Issuers: [{ ...one, SessionTagValue: 'Blue*' }] },
      'Issuers.0.SessionTagValue: must be 1–256 letters, digits, spaces or _.:/=+-@',
    ],
    [
      'an empty tenant',
      { Issuers: [{ ...one, SessionTagValue: '' }] },
      'Issuers.0.SessionTagValue: must be 1–256 characters',
    ],
    [
      'keys beside them',
      { JWKSetURL, Issuers: [one] },
      'JWKSetURL: stands within each of the Issuers, where there are any',
    ],
    [
      'an audience and required claims beside them',
      { Audience: 'a', RequiredClaims: { a: 'b' }, Issuers: [one] },
      'Audience: stands within each of the Issuers, where there are any; RequiredClaims: stands within each of the Issuers, where there are any',
    ],
  ])('that are %s are refused', (_, fields, message) => {
    expect(() => parseRegistration({ ...withoutUrl, ...fields })).toThrow(refusal(message));
  });

  it('may have blanks and slashes in their tenant where Any is registered', () => {
    const Issuers = [{ ...one, SessionTagValue: 'Blue / live' }];
    expect(() => parseRegistration({ ...withoutClaim, SessionTagValues: 'Any', Issuers })).not.toThrow();
  });
});
