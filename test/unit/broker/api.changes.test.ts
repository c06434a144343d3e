// The API when a write is carried out and its request fails all the same: the record has the change.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useBroker } from '../../support/broker-fixture.ts';
import { callerNamed } from '../../support/callers.ts';
import { type Fault, Hold } from '../../support/dynamodb-table.ts';
import { eventOf } from '../../support/events.ts';
import { holdTimers } from '../../support/patience.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

/** The requests of each operation, in order. */
const writing = ['read', 'write'];

/** What becomes of one request, and of the SDK's second attempt at it. */
function fail(step: string, ...faults: Fault[]): void {
  broker.table.failNext(...Array.from({ length: writing.indexOf(step) }, () => 'none' as const), ...faults);
}

const moved = { ...minimalBody, AccessRoleName: 'Other' };
const post = eventOf('POST /applications', { body: minimalBody });
const put = eventOf('PUT /applications', { body: moved });
const remove = eventOf('DELETE /applications');

/** The number of changes that the alarm counts, and what the record of the request says of one. */
function recorded() {
  const counted = broker.output.metrics().filter((line) => line['RegistrationChanges'] === 1).length;
  const [decision] = broker.output.logs().filter(({ outcome }) => outcome !== undefined);
  const { written, registration, changes } = decision ?? {};
  return { counted, outcome: decision?.['outcome'], written, registration, changes };
}

describe('a write that was carried out, and whose request failed all the same,', () => {
  it('is recorded as a registration', async () => {
    fail('write', 'lost', 'refused');
    expect((await broker.ask(post)).statusCode).toBe(503);

    expect(await broker.table.item('App')).toMatchObject({ AccessRoleName: 'AppAccess' });
    expect(recorded()).toMatchObject({
      counted: 1,
      outcome: 'failed',
      written: 'created',
      registration: { AccessRoleName: 'AppAccess' },
    });
  });

  it('is recorded as a replacement', async () => {
    await broker.register();
    broker.output.clear();
    fail('write', 'lost', 'refused');
    expect((await broker.ask(put)).statusCode).toBe(503);

    expect(await broker.table.item('App')).toMatchObject({ AccessRoleName: 'Other' });
    expect(recorded()).toMatchObject({
      counted: 1,
      outcome: 'failed',
      written: 'replaced',
      changes: { AccessRoleName: { before: 'AppAccess', after: 'Other' } },
    });
  });

  it('is recorded as a removal', async () => {
    await broker.register();
    broker.output.clear();
    fail('write', 'lost', 'refused');
    expect((await broker.ask(remove)).statusCode).toBe(503);

    expect(await broker.table.item('App')).toBeUndefined();
    expect(recorded()).toMatchObject({ counted: 1, outcome: 'failed', written: 'removed' });
  });
});

describe('a write that was not carried out', () => {
  it('for another request that was faster is recorded as no change', async () => {
    await broker.register();
    const hold = new Hold();
    fail('write', hold);
    const slow = broker.ask(put);
    await hold.reached;
    await broker.environment()(
      eventOf('PUT /applications', { body: { ...minimalBody, SessionTagKey: 'Tenant' } }),
    );
    broker.output.clear();
    hold.release();

    expect((await slow).statusCode).toBe(409);
    expect(recorded()).toEqual({ counted: 0, outcome: 'denied' });
  });
});

describe('a write whose role went to another application meanwhile', () => {
  it('is recorded as no change, and what was registered stays', async () => {
    broker.sts.trust = { hasSessionTag: false };
    await broker.register();
    const hold = new Hold();
    fail('write', hold);
    const frozen = broker.ask(put);
    await hold.reached;
    broker.clock.advance(5 * 60_000);
    await broker.environment()(eventOf('POST /applications', { body: moved, caller: callerNamed('Next') }));
    broker.output.clear();
    hold.release();

    expect((await frozen).statusCode).toBe(409);
    expect(await broker.table.item('App')).toMatchObject({ AccessRoleName: 'AppAccess' });
    expect(recorded()).toEqual({ counted: 0, outcome: 'denied' });
  });
});

describe('a write that is carried out after its request was answered as failed for its time', () => {
  const BUDGET_MS = 8_000;
  beforeEach(holdTimers);

  it.each<[string, string]>([
    ['is sent before', 'write'],
    ['is sent after', 'read'],
  ])('is counted as one change where it %s', async (_, step) => {
    const ask = broker.environment({ requestBudgetMs: BUDGET_MS });
    const hold = new Hold();
    fail(step, hold);
    const late = ask(post);
    await hold.reached;
    vi.advanceTimersByTime(BUDGET_MS);
    expect((await late).statusCode).toBe(503);
    hold.release();

    await vi.waitFor(() =>
      expect(broker.output.logs().map(({ outcome }) => outcome)).toEqual(['failed', 'carriedOutLate']),
    );
    expect(recorded().counted).toBe(1);
  });

  it('is counted where its answer is lost', async () => {
    const ask = broker.environment({ requestBudgetMs: BUDGET_MS });
    const hold = new Hold();
    fail('read', hold, 'lost', 'refused');
    const late = ask(post);
    await hold.reached;
    vi.advanceTimersByTime(BUDGET_MS);
    expect((await late).statusCode).toBe(503);
    hold.release();

    await vi.waitFor(() => expect(recorded().counted).toBe(1));
  });
});
