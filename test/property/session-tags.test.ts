// Properties of what reaches STS: tags equal the verified claims, names are allowed, keys tell requests apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { sessionNameOf } from '../../service/sessions/session-name.ts';
import { sessionSubjectOf, sessionTagsOf } from '../../service/sessions/session-tags.ts';
import { sessionRequestOf } from '../../service/sessions/temporary-credentials.ts';
import { claimForms, textOf as formOf } from '../../service/tokens/claim-forms.ts';
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
  const inputs = fc.record({
    version: fc.constantFrom('v1', 'v2'),
    applicationName: fc.constantFrom('App', 'Other'),
    accessRoleName: fc.constantFrom('AppAccess', 'team/AppAccess'),
    sessionDurationSeconds: fc.constantFrom(900, 3600),
    transitiveTagKeys: fc.option(fc.constantFrom([], ['a'], ['b'], ['a', 'b']), { nil: undefined }),
    tags: fc.array(fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom('x', 'y', 'x","y') }), {
      minLength: 1,
      maxLength: 2,
    }),
    sessionName: fc.constantFrom(undefined, 'x', 'alice', 'Alice', 'a/b', 'a:b', 'a-b'),
    sourceIdentity: fc.constantFrom(undefined, 'x', 'alice', 'Alice', 'a/b', 'a:b', 'a-b'),
  });
  type Inputs = typeof inputs extends fc.Arbitrary<infer T> ? T : never;
  const asked = ({ tags, sessionName, sourceIdentity, transitiveTagKeys, ...registration }: Inputs) => ({
    subject: {
      tags,
      ...(sessionName !== undefined && { sessionName }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    },
    registration: storedWith({ ...registration, ...(transitiveTagKeys && { transitiveTagKeys }) }),
  });
  const request = inputs.map(asked);
  /** Two that differ in one input at most. */
  const neighbours = fc
    .tuple(inputs, inputs)
    .chain(([one, other]) =>
      fc
        .constantFrom(...(Object.keys(one) as (keyof Inputs)[]))
        .map((name) => [asked(one), asked({ ...one, [name]: other[name] })] as const),
    );

  it('has the verified claims as its tags, all of them and nothing else', () => {
    fc.assert(
      fc.property(request, ({ subject, registration }) => {
        const { input } = sessionRequestOf(registration, subject, deployment);
        const keys = subject.tags.map(({ key }) => key);
        const { transitiveTagKeys = keys } = registration;
        expect(input.Tags).toEqual(subject.tags.map(({ key, value }) => ({ Key: key, Value: value })));
        expect(input.ExternalId).toBe(registration.applicationName);
        expect(new Set(input.TransitiveTagKeys)).toEqual(
          new Set(transitiveTagKeys.filter((key) => keys.some((each) => each === key))),
        );
        expect(input.SourceIdentity === undefined).toBe(subject.sourceIdentity === undefined);
      }),
      runs(500),
    );
  });

  it('tells users apart by source identity and session name, wherever their claims differ', () => {
    const { registration, tags } = { registration: storedWith(), tags: [{ key: 'a', value: 'x' }] };
    const claim = text.filter(({ length }) => length >= 1);
    fc.assert(
      fc.property(fc.constantFrom('sourceIdentity', 'sessionName'), claim, claim, (part, one, other) => {
        const [first, second] = [one, other].map((value) =>
          sessionRequestOf(registration, { tags, [part]: value }, deployment),
        );
        expect(first?.cacheKey === second?.cacheKey).toBe(one === other);
      }),
      many,
    );
  });

  it('has the cache key of another exactly when STS is asked the same for the same version', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(request, request), neighbours), ([one, other]) => {
        const [first, second] = [one, other].map(({ registration, subject }) => ({
          version: registration.version,
          ...sessionRequestOf(registration, subject, deployment),
        }));
        const { cacheKey: firstKey, ...firstRest } = first as NonNullable<typeof first>;
        const { cacheKey: secondKey, ...secondRest } = second as NonNullable<typeof second>;
        expect(firstKey === secondKey).toBe(JSON.stringify(firstRest) === JSON.stringify(secondRest));
      }),
      many,
    );
  });
});

describe('a verified token', () => {
  const tier = (isOptional: boolean) => [{ key: 'Tier', claim: 'tier', isOptional }];
  const requestOf = (
    claims: Record<string, string>,
    fields: Parameters<typeof storedWith>[0],
    sessionTagValue?: string,
  ) => {
    const registration = storedWith(fields);
    const token = { claims: { [CLAIM]: 'Yellow', ...claims }, ...(sessionTagValue && { sessionTagValue }) };
    return sessionRequestOf(registration, sessionSubjectOf(token, registration), deployment);
  };
  const tag = fc.stringMatching(/^[A-Za-z0-9][\w.=+@-]{0,10}$/);
  const few = fc.constantFrom('Yellow', 'Blue', 'Green');

  it('whose issuer has a tenant of its own has the cache key of that tenant, and of no other', () => {
    fc.assert(
      fc.property(few, few, few, few, (bound, otherBound, claimed, otherClaimed) => {
        const one = requestOf({ [CLAIM]: claimed }, {}, bound);
        const other = requestOf({ [CLAIM]: otherClaimed }, {}, otherBound);
        expect(one.cacheKey === other.cacheKey).toBe(bound === otherBound);
        expect(one.input.Tags).toEqual([{ Key: 'TenantID', Value: bound }]);
      }),
      runs(500),
    );
  });

  it('without an optional claim has a cache key that none with it has', () => {
    fc.assert(
      fc.property(tag, (value) => {
        const fields = { sessionTags: tier(true) };
        const without = requestOf({}, fields);
        const having = requestOf({ tier: value }, fields);
        expect(without.cacheKey).not.toBe(having.cacheKey);
        expect(having.cacheKey).toBe(requestOf({ tier: value }, { sessionTags: tier(false) }).cacheKey);
        expect(without.input.Tags).toHaveLength(1);
      }),
      runs(500),
    );
  });

  it('whose claim is a number, or a list of one, has the cache key of the text that it is', () => {
    const allowed = [...claimForms];
    fc.assert(
      fc.property(fc.maxSafeNat(), tag, (number, name) => {
        const keyOf = (claim: unknown) =>
          requestOf({ [CLAIM]: formOf(claim, allowed) as string }, {}).cacheKey;
        expect(keyOf(number)).toBe(keyOf(String(number)));
        expect(keyOf([number])).toBe(keyOf(String(number)));
        expect(keyOf([name])).toBe(keyOf(name));
      }),
      runs(500),
    );
  });
});
