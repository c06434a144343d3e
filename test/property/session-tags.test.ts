// Properties of what reaches STS: tags equal the verified claims, names are allowed, keys tell requests apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { sessionNameOf } from '../../service/sessions/session-name.ts';
import { sessionTagsOf } from '../../service/sessions/session-tags.ts';
import { sessionRequestOf } from '../../service/sessions/temporary-credentials.ts';
import { deployment } from '../support/callers.ts';
import { storedWith } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

const many = runs(3_000);
const CLAIM = 'custom:tenant_id';

/** Text near the rules: what tags may hold, what they may not, and whole Unicode. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aZ09_.:/=+-@ '), maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'aA-.é ü黄٣*?$\n\0\u00a0\u2028'), maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constant('a'), minLength: 254, maxLength: 258 }),
);
const values = fc.constantFrom('Strict' as const, 'Any' as const);

/** What STS allows, character by character. */
const isAllowedBySts = (value: string) => {
  const characters = [...value];
  return (
    characters.length >= 1 &&
    characters.length <= 256 &&
    characters.every((character) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]$/u.test(character))
  );
};

function tagsOf(claim: unknown, sessionTagValues: 'Strict' | 'Any') {
  try {
    return sessionTagsOf({ claims: { [CLAIM]: claim } }, storedWith({ sessionTagValues }));
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerError);
    expect(error).toMatchObject({ code: 'ClaimNotAllowed' });
    return undefined;
  }
}

describe('a session tag', () => {
  it('is the claim, character for character, or is refused', () => {
    fc.assert(
      fc.property(text, values, (claim, allowed) => {
        const tags = tagsOf(claim, allowed);
        if (tags) expect(tags).toEqual([{ key: 'TenantID', value: claim }]);
        if (allowed === 'Any') expect(tags !== undefined).toBe(isAllowedBySts(claim));
      }),
      many,
    );
  });

  it('that Strict allows is ASCII that STS allows, with no slash and no space', () => {
    fc.assert(
      fc.property(text, (claim) => {
        if (!tagsOf(claim, 'Strict')) return;
        expect(isAllowedBySts(claim)).toBe(true);
        expect(claim).toMatch(/^[!-.0-~]+$/);
      }),
      many,
    );
  });

  it('is never made of anything but a string', () => {
    const notText = fc.jsonValue().filter((value) => typeof value !== 'string');
    fc.assert(
      fc.property(notText, values, (claim, allowed) => {
        expect(tagsOf(claim, allowed)).toBeUndefined();
      }),
      runs(500),
    );
  });
});

describe('a session name', () => {
  it('is always one that STS allows', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(sessionNameOf(value)).toMatch(/^[\w+=,.@-]{2,64}$/);
      }),
      many,
    );
  });

  it('is the value itself where STS allows it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w+=,.@-]{2,64}$/), (value) => {
        expect(sessionNameOf(value)).toBe(value);
      }),
      many,
    );
  });

  it('tells any two values apart that need a slug', () => {
    const needsSlug = text.filter((value) => sessionNameOf(value) !== value);
    fc.assert(
      fc.property(fc.uniqueArray(needsSlug, { minLength: 2, maxLength: 10 }), (different) => {
        expect(new Set(different.map(sessionNameOf)).size).toBe(different.length);
      }),
      runs(1_000),
    );
  });
});

describe('a session request', () => {
  /** Few values, so that equal requests are common. */
  const request = fc
    .record({
      version: fc.constantFrom('v1', 'v2'),
      applicationName: fc.constantFrom('App', 'Other'),
      accessRoleName: fc.constantFrom('AppAccess', 'team/AppAccess'),
      sessionDurationSeconds: fc.constantFrom(900, 3600),
      tags: fc.array(
        fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom('x', 'y', 'x","y') }),
        { minLength: 1, maxLength: 2 },
      ),
    })
    .map(({ tags, ...registration }) => ({ tags, registration: storedWith(registration) }));

  it('has the verified claims as its tags, all of them and nothing else', () => {
    fc.assert(
      fc.property(request, ({ tags, registration }) => {
        const { input } = sessionRequestOf(registration, { tags }, deployment);
        expect(input.Tags).toEqual(tags.map(({ key, value }) => ({ Key: key, Value: value })));
        expect(input.ExternalId).toBe(registration.applicationName);
        expect(input.TransitiveTagKeys).toEqual(tags.map(({ key }) => key));
      }),
      runs(500),
    );
  });

  it('has the cache key of another exactly when STS is asked the same for the same version', () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        const [first, second] = [one, other].map(({ registration, tags }) => ({
          version: registration.version,
          ...sessionRequestOf(registration, { tags }, deployment),
        }));
        const { cacheKey: firstKey, ...firstRest } = first as NonNullable<typeof first>;
        const { cacheKey: secondKey, ...secondRest } = second as NonNullable<typeof second>;
        expect(firstKey === secondKey).toBe(JSON.stringify(firstRest) === JSON.stringify(secondRest));
      }),
      many,
    );
  });
});
