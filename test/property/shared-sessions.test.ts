// Shared sessions under random latencies, clocks, faults, deaths, revocations and meddling: nobody ever has a session that is not theirs, revoked, or over.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TemporaryCredentials } from '../../service/sessions/assumed-role.ts';
import { runs } from '../support/runs.ts';
import { type Life, type Registered, SharedFleet } from '../support/shared-fleet.ts';

const MINUTE = 60_000;
const SKEW_MS = MINUTE;

const lifeWith = (
  slowestMs: fc.Arbitrary<number>,
  faults: fc.Arbitrary<boolean>,
  dies: fc.Arbitrary<boolean>,
) =>
  fc.record<Life>({
    skewMs: fc.integer({ min: -SKEW_MS, max: SKEW_MS }),
    latencies: fc.array(slowestMs, { minLength: 1, maxLength: 5 }),
    faults: fc.array(faults, { minLength: 1, maxLength: 7 }),
    dies,
  });

const request = fc.record({
  atMs: fc.oneof(
    fc.nat({ max: 500 }),
    fc.nat({ max: 10_000 }),
    fc.nat({ max: 50 * MINUTE }),
    fc.integer({ min: 44 * MINUTE, max: 46 * MINUTE }),
    fc.nat({ max: 150 * MINUTE }),
  ),
  environment: fc.nat({ max: 7 }),
  tenant: fc.constantFrom('Yellow', 'Blue'),
  /** How far behind its environment's registration may be. */
  lagMs: fc.nat({ max: 30_000 }),
});
const meddling = fc.record({
  atMs: fc.oneof(fc.nat({ max: 5_000 }), fc.nat({ max: 100 * MINUTE })),
  how: fc.constantFrom('swap' as const, 'replay' as const),
});

interface Course {
  readonly lives: readonly Life[];
  readonly requests: readonly { atMs: number; environment: number; tenant: string; lagMs: number }[];
  readonly revocations: readonly number[];
  readonly meddlings: readonly { atMs: number; how: 'swap' | 'replay' }[];
}

async function run({ lives, requests, revocations, meddlings }: Course) {
  const fleet = new SharedFleet();
  const { time } = fleet;
  const start = time.now;
  const providers = lives.map((life) => fleet.environment(life));
  const marks = [...revocations].sort((a, b) => a - b);
  const registeredAt = (atMs: number): Registered => {
    const past = marks.filter((mark) => mark <= atMs);
    const last = past.at(-1);
    // STS says whole seconds.
    return last === undefined
      ? { version: '0' }
      : { version: String(past.length), revokedAt: Math.floor((start + last) / 1_000) * 1_000 };
  };
  let answered = 0;
  const wrong: unknown[] = [];
  const ask = async ({ environment, tenant, atMs, lagMs }: Course['requests'][number]) => {
    const provider = providers[environment % providers.length] as (typeof providers)[number];
    const registered = registeredAt(Math.max(0, atMs - lagMs));
    const asked = fleet.requestFor(tenant, registered);
    let got: TemporaryCredentials;
    try {
      got = provider.cached(asked) ?? (await provider.issue(asked));
    } catch (error) {
      // By STS's clock the session was of the mark's own second: asked for again, there is one.
      if ((error as { code?: string }).code !== 'StsUnavailable') wrong.push(error);
      return;
    }
    answered += 1;
    const issued = fleet.issued.get(got.accessKeyId);
    const isOwn = JSON.stringify(issued?.input) === JSON.stringify(asked.input);
    const isYoung = (issued?.issuedAt ?? 0) >= (registered.revokedAt ?? 0);
    const isLasting = (issued?.expiresAt ?? 0) - time.now >= 15 * MINUTE - SKEW_MS - 2_000;
    if (!isOwn || !isYoung || !isLasting) wrong.push({ got, issued, registered, tenant });
  };
  const kept = new Map<string, unknown>();
  for (const one of requests) time.sleep(one.atMs).then(() => ask(one));
  for (const { atMs, how } of meddlings) time.sleep(atMs).then(() => fleet.tamper(how, kept));
  await time.run();
  return { fleet, answered, wrong };
}

const coursesOf = (life: fc.Arbitrary<Life>, meddlings: fc.Arbitrary<Course['meddlings']>) =>
  fc.record<Course>({
    lives: fc.array(life, { minLength: 1, maxLength: 8 }),
    requests: fc.array(request, { minLength: 1, maxLength: 40 }),
    revocations: fc.array(fc.nat({ max: 100 * MINUTE }), { maxLength: 3 }),
    meddlings,
  });

it('whatever dies, fails, is slow, is behind or is meddled with, nobody has a session that is another’s, revoked, or nearly over', async () => {
  const life = lifeWith(
    // Mostly as DynamoDB is: who meets with time-outs alone shares nothing.
    fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 10 }) }, { weight: 1, arbitrary: fc.nat({ max: 600 }) }),
    fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(coursesOf(life, fc.array(meddling, { maxLength: 5 })), async (course) => {
      const { wrong } = await run(course);
      expect(wrong).toEqual([]);
    }),
    runs(150),
  );
});

it('and where nothing of it happens, every request is answered, by one call a tenant, registration and 45 minutes', async () => {
  const life = lifeWith(fc.nat({ max: 5 }), fc.constant(false), fc.constant(false)).map((one) => ({
    ...one,
    skewMs: 0,
  }));
  const calm = coursesOf(life, fc.constant([])).map((course) => ({ ...course, revocations: [] }));
  await fc.assert(
    fc.asyncProperty(calm, async (course) => {
      const { fleet, answered, wrong } = await run(course);
      expect(wrong).toEqual([]);
      expect(answered).toBe(course.requests.length);
      const most = new Map<string, number[]>();
      for (const { issuedAt, input } of fleet.issued.values()) {
        if (input.Tags === undefined) continue;
        const of = JSON.stringify(input);
        most.set(of, [...(most.get(of) ?? []), issuedAt]);
      }
      for (const instants of most.values()) {
        instants.sort((a, b) => a - b);
        // Whole seconds, by STS's clock.
        instants.forEach((at, index) => {
          expect(at - (instants[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(45 * MINUTE - 2_000);
        });
      }
    }),
    runs(100),
  );
});
