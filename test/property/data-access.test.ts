// Data access: no target outside of a tenant's, and no answer of one user for another, whatever comes in whichever order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessGrants } from '../../service/data-access/access-grants.ts';
import { DataAccess, type DataAsker, type DataWish } from '../../service/data-access/data-access.ts';
import { BrokerError } from '../../service/errors.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { scopeOf } from '../../service/registrations/target-template.ts';
import { isWithin, readScope, renderScope, type S3Scope } from '../../service/s3-scope.ts';
import { findValueProblem } from '../../service/session-tag-value.ts';
import { FakeAccessGrants, failed, scopeIn } from '../support/access-grants.ts';
import { frozenClock } from '../support/clock.ts';
import { minimalBody } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

/** Names that a tenant might choose to break out by; those that tokens may have are what is `Strict`. */
const names = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom('a', 'B', '.', '-', '_', '=', '+', '@', '/', '*', '?', '$', '{', '}'),
      minLength: 1,
      maxLength: 6,
    }),
    fc.constantFrom('TenantID', 'a', 'ab', 'a.', 'a..b', '$&', "$'", '$1', '{Tier}'),
  )
  .filter((name) => findValueProblem(name, 'Strict') === undefined);

const SEGMENTS = ['a', 'x-', '', '{TenantID}', '{Tier}', 'a{TenantID}', 'x-{Tier}', '..', '{TenantID}b', '*'];
const paths = SEGMENTS.flatMap((one) => [
  one,
  ...SEGMENTS.flatMap((two) => [`${one}/${two}`, `x/${one}/${two}`]),
]);

/** Those that can be registered. */
const registrable = paths
  .map((path) => `s3://bucket/${path}/*`)
  .filter((TargetTemplate) => {
    const document = { ...minimalBody, SessionTags: { Tier: 'tier' }, AccessGrants: { TargetTemplate } };
    try {
      parseRegistration(document);
      return true;
    } catch (error) {
      if (error instanceof BrokerError && error.code === 'InvalidRequest') return false;
      throw error;
    }
  });
const templates = fc.constantFrom(...registrable);
const valuesOf = (tenant: string, tier: string) =>
  new Map([
    ['TenantID', tenant],
    ['Tier', tier],
  ]);

describe('a target template', () => {
  it('gives each tenant what is in its own name alone, and two of them nothing in common', () => {
    fc.assert(
      fc.property(templates, names, names, names, (template, tenant, other, tier) => {
        const own = scopeOf(template, valuesOf(tenant, tier));
        const [, key] = template.split('s3://bucket/') as [string, string];
        const expected = key.slice(0, -1).split('{TenantID}').join(tenant).split('{Tier}').join(tier);
        expect(own).toEqual({ bucket: 'bucket', key: expected, isPrefix: true });
        if (tenant === other) return;
        for (const otherTier of [tier, tenant, other]) {
          const others = scopeOf(template, valuesOf(other, otherTier));
          expect(isWithin(own, others) || isWithin(others, own)).toBe(false);
        }
      }),
      runs(500),
    );
  });

  it('lets in no target that has a key which is not the tenant’s', () => {
    const keys = fc.string({ unit: fc.constantFrom('a', 'B', '/', '.', '-', 'x'), maxLength: 10 });
    fc.assert(
      fc.property(templates, names, keys, keys, fc.boolean(), (template, tenant, key, more, isPrefix) => {
        const own = scopeOf(template, valuesOf(tenant, 'a'));
        for (const candidate of [key, own.key + key, own.key.slice(0, key.length) + key]) {
          const target = readScope(`s3://bucket/${candidate}${isPrefix ? '*' : ''}`);
          if ('problem' in target || !isWithin(target, own)) continue;
          expect((isPrefix ? candidate + more : candidate).startsWith(own.key)).toBe(true);
        }
      }),
      runs(500),
    );
  });
});

type Step =
  | { readonly kind: 'ask'; readonly user: string; readonly wish: DataWish }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'fail'; readonly fails: boolean }
  | { readonly kind: 'grant'; readonly scope: string; readonly isRevoked: boolean };

const targets = fc.constantFrom(
  's3://bucket/a',
  's3://bucket/ab',
  's3://bucket/a*',
  's3://bucket/a/*',
  's3://bucket/*',
  's3://bucket2/a',
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      user: fc.constantFrom('1', '2', '1 READ', '1 READ Minimal 900 s3:'),
      wish: fc.record({
        target: targets.map(scopeIn),
        permission: fc.constantFrom('READ', 'WRITE', 'READWRITE'),
        privilege: fc.constantFrom('Minimal', 'Default'),
        durationSeconds: fc.constantFrom(900, 3_600),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 11, 301, 3_600) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), fails: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), scope: targets, isRevoked: fc.boolean() }),
  },
);

/** From the cache, or else from S3; nothing where that is refused. */
async function served(access: DataAccess, asker: DataAsker, wish: DataWish) {
  try {
    return access.cached(asker, wish) ?? (await access.issue(asker, wish));
  } catch (error) {
    if (error instanceof BrokerError) return undefined;
    throw error;
  }
}

it('whatever is served was given to that user, for that permission, privilege and duration, and reaches the target', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      async (course, max) => {
        const clock = frozenClock();
        const fake = new FakeAccessGrants(clock.now);
        /** By access key id: for whom and what it was given. */
        const given = new Map<string, { user: string; query: Record<string, string>; matched: S3Scope }>();
        let fails = false;
        fake.answer = (call) => {
          if (fails) return failed(503, 'SlowDown');
          const answer = fake.byGrants(call);
          const [, id] = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(answer.body) ?? [];
          const [, matched] = /<MatchedGrantTarget>(.*)<\/MatchedGrantTarget>/.exec(answer.body) ?? [];
          if (id && matched) {
            const query = Object.fromEntries(call.url.searchParams);
            given.set(id, { user: call.credentials.accessKeyId, query, matched: scopeIn(matched) });
          }
          return answer;
        };
        const grants = new AccessGrants({
          accountId: '1',
          region: 'r',
          endpoint: 'https://s3',
          send: fake.send,
          maxAttempts: 1,
        });
        const access = new DataAccess(grants, clock.now, { grantCacheSeconds: 300, maxCachedSessions: max });

        for (const step of course) {
          if (step.kind === 'wait') clock.advance(step.seconds * 1_000);
          if (step.kind === 'fail') fails = step.fails;
          if (step.kind === 'grant') {
            fake.grants = fake.grants.filter(({ scope }) => scope !== step.scope);
            if (!step.isRevoked) fake.grants.push({ scope: step.scope });
          }
          if (step.kind !== 'ask') continue;
          const { user, wish } = step;
          const asker = {
            sessionKey: user,
            application: 'App',
            session: async () => ({ accessKeyId: user, secretAccessKey: '', sessionToken: '' }),
            actsForUser: false,
          };
          const issued = await served(access, asker, wish);
          if (!issued) continue;
          const { query, ...to } = given.get(issued.accessKeyId) ?? expect.fail('nobody was given it');
          expect(to.user).toBe(user);
          expect(query).toMatchObject({
            permission: wish.permission,
            privilege: wish.privilege,
            durationSeconds: String(wish.durationSeconds),
          });
          expect(isWithin(wish.target, to.matched)).toBe(true);
          if (wish.privilege === 'Minimal') expect(query['target']).toBe(renderScope(wish.target));
          expect(issued.expiresAt - clock.now()).toBeGreaterThan(60_000);
        }
      },
    ),
    runs(150),
  );
});
