// Properties of the registration: what is rendered reads back as it was, and what is no registration is named as such.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { renderRegistration } from '../../service/registrations/registration-document.ts';
import { claimForms } from '../../service/tokens/claim-forms.ts';
import { signatureAlgorithms } from '../../service/tokens/signature-algorithms.ts';
import { minimalBody } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

const tagKey = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019 _.:/=+-@éü黄'), minLength: 1, maxLength: 20 })
  .filter((key) => !/^aws:/i.test(key));
const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const roleName = fc.stringMatching(/^([\w+=,.@-]{1,10}\/){0,3}[\w+=,.@-]{1,64}$/);

/** A claim's name, or a pointer to one: with no tilde, either is one. */
const reference = text(60).map((name) => name.replaceAll('~', '-'));
const requiredValue = fc.oneof(text(20), fc.maxSafeInteger(), fc.boolean());
const requiredClaims = fc.dictionary(
  reference.filter((name) => name !== '__proto__'),
  fc.oneof(requiredValue, fc.array(requiredValue, { minLength: 1, maxLength: 5 })),
  { minKeys: 1, maxKeys: 5, noNullPrototype: true },
);
const tenant = fc.stringMatching(/^[A-Za-z0-9][\w.=+@-]{0,20}$/);

/** What is said of one issuer. */
const issuerOptions = {
  Audience: fc.oneof(text(50), fc.array(text(50), { minLength: 1, maxLength: 5 })),
  TokenUse: fc.constantFrom('id', 'access'),
  Algorithms: fc.array(fc.constantFrom(...signatureAlgorithms), { minLength: 1, maxLength: 12 }),
  RequiredClaims: requiredClaims,
};
const withoutBraces = text(200).map((issuer) => issuer.replaceAll(/[{}]/g, '-'));
const issuers = fc.uniqueArray(
  fc.record(
    { Issuer: withoutBraces, JWKSetURL: text(100), ...issuerOptions, SessionTagValue: tenant },
    { requiredKeys: ['Issuer', 'JWKSetURL'], noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 5, selector: ({ Issuer }) => Issuer },
);
const furtherTag = fc.oneof(
  reference,
  fc.record({ Claim: reference, Optional: fc.boolean() }, { requiredKeys: ['Claim'], noNullPrototype: true }),
);

/** Bodies of every form that is allowed. */
const body = fc
  .record(
    {
      AccessRoleName: roleName,
      SessionTagKey: tagKey,
      JWTClaimName: reference,
      JWKSetURL: text(200),
      Issuer: withoutBraces,
      ...issuerOptions,
      SessionTags: fc.dictionary(tagKey, furtherTag, { maxKeys: 5, noNullPrototype: true }),
      SessionTagValues: fc.constantFrom('Strict', 'Any'),
      ClaimForms: fc.array(fc.constantFrom(...claimForms), { minLength: 1, maxLength: 10 }),
      SourceIdentityClaim: reference,
      SessionNameClaim: reference,
      transitive: fc.infiniteStream(fc.boolean()),
      issuers,
      SessionDurationSeconds: fc.integer({ min: 900, max: 3600 }),
    },
    {
      requiredKeys: ['AccessRoleName', 'SessionTagKey', 'JWTClaimName', 'JWKSetURL'],
      noNullPrototype: true,
    },
  )
  .filter(({ SessionTagKey, SessionTags = {} }) => {
    const keys = [SessionTagKey, ...Object.keys(SessionTags)].map((key) => key.toLowerCase());
    return new Set(keys).size === keys.length && !keys.includes('__proto__');
  })
  .map(({ transitive, issuers: Issuers, ...fields }) => {
    const keys = [fields.SessionTagKey, ...Object.keys(fields.SessionTags ?? {})];
    const chosen = transitive && keys.filter(() => transitive.next().value);
    const { JWKSetURL, Issuer, Audience, TokenUse, Algorithms, RequiredClaims, ...others } = fields;
    const sent = {
      ...(Issuers ? { ...others, Issuers } : fields),
      ...(chosen && { TransitiveTagKeys: chosen }),
    };
    return JSON.parse(JSON.stringify(sent)) as typeof fields & {
      Issuers?: typeof Issuers;
      TransitiveTagKeys?: string[];
    };
  });

/** As it is shown: sorted, each once, and a list even where it was one. */
function shownAs(issuer: Record<string, unknown>): Record<string, unknown> {
  const { Audience, Algorithms, RequiredClaims, ...rest } = issuer;
  const set = (values: unknown) => new Set([values].flat());
  return {
    ...rest,
    ...(Audience !== undefined && { Audience: set(Audience) }),
    ...(Algorithms !== undefined && { Algorithms: set(Algorithms) }),
    ...(RequiredClaims !== undefined && {
      RequiredClaims: new Map(
        Object.entries(RequiredClaims as object).map(([key, value]) => [key, set(value)]),
      ),
    }),
  };
}

describe('a registration', () => {
  it('that is rendered, sent as JSON and parsed is the same', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const registration = parseRegistration(sent);
        const received = JSON.parse(JSON.stringify(renderRegistration(registration)));
        expect(parseRegistration(received)).toEqual(registration);
      }),
      runs(2_000),
    );
  });

  it('shows every field as it was sent', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const { SessionTags = {}, Issuers, ClaimForms, TransitiveTagKeys, ...rest } = sent;
        const shown = renderRegistration(parseRegistration(sent));
        expect(shownAs(shown as never)).toMatchObject(shownAs(rest));
        expect(shown.Issuers?.map(shownAs as never)).toEqual(Issuers?.map(shownAs));
        expect(new Set(shown.ClaimForms)).toEqual(new Set(ClaimForms));
        expect(shown.TransitiveTagKeys && new Set(shown.TransitiveTagKeys)).toEqual(
          TransitiveTagKeys && new Set(TransitiveTagKeys),
        );
        const shownTags = Object.entries(SessionTags).map(([key, tag]) => {
          if (typeof tag === 'string') return [key, tag];
          return [key, tag.Optional ? { Claim: tag.Claim, Optional: true } : tag.Claim];
        });
        expect(shown.SessionTags ?? {}).toEqual(Object.fromEntries(shownTags));
      }),
      runs(2_000),
    );
  });

  it('that is none is refused in a message of bounded length', () => {
    const field = fc.constantFrom(
      ...['AccessRoleName', 'Audience', 'SessionTags', 'Algorithms', 'Tenant', 'Issuers', 'RequiredClaims'],
      ...['ClaimForms', 'TransitiveTagKeys', 'SourceIdentityClaim'],
    );
    const almost = fc
      .tuple(field, fc.jsonValue())
      .map(([name, value]) => ({ ...minimalBody, [name]: value }) as unknown);
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), almost), (document) => {
        try {
          parseRegistration(document);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokerError);
          expect(error).toMatchObject({ code: 'InvalidRequest' });
          expect((error as BrokerError).message.length).toBeLessThan(10_000);
        }
      }),
      runs(2_000),
    );
  });
});
