// Properties of the registration: what is rendered reads back as it was, and what is no registration is named as such.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { parseRegistration, renderRegistration } from '../../service/registrations/registration.ts';
import { signatureAlgorithms } from '../../service/tokens/signature-algorithms.ts';
import { minimalBody } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

const tagKey = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019 _.:/=+-@éü黄'), minLength: 1, maxLength: 20 })
  .filter((key) => !/^aws:/i.test(key));
const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const claimName = text(60);
const roleName = fc.stringMatching(/^([\w+=,.@-]{1,10}\/){0,3}[\w+=,.@-]{1,64}$/);

/** Bodies of every form that is allowed. */
const body = fc
  .record(
    {
      AccessRoleName: roleName,
      SessionTagKey: tagKey,
      JWTClaimName: claimName,
      JWKSetURL: text(200),
      Issuer: text(200).map((issuer) => issuer.replaceAll(/[{}]/g, '')),
      Audience: fc.oneof(text(50), fc.array(text(50), { minLength: 1, maxLength: 5 })),
      TokenUse: fc.constantFrom('id', 'access'),
      Algorithms: fc.array(fc.constantFrom(...signatureAlgorithms), { minLength: 1, maxLength: 12 }),
      SessionTags: fc.dictionary(tagKey, claimName, { maxKeys: 5, noNullPrototype: true }),
      SessionTagValues: fc.constantFrom('Strict', 'Any'),
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
  });

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
        const { Audience, Algorithms, SessionTags = {}, ...rest } = sent;
        const shown = renderRegistration(parseRegistration(sent));
        expect(shown).toMatchObject(rest);
        expect(new Set(shown.Audience)).toEqual(new Set(Audience === undefined ? [] : [Audience].flat()));
        expect(new Set(shown.Algorithms)).toEqual(new Set(Algorithms));
        expect(shown.SessionTags ?? {}).toEqual(SessionTags);
      }),
      runs(2_000),
    );
  });

  it('that is none is refused in a message of bounded length', () => {
    const field = fc.constantFrom('AccessRoleName', 'Audience', 'SessionTags', 'Algorithms', 'Tenant');
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
