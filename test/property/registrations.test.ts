// Properties of registering: whatever overlaps, fails, is frozen or made anew, a role has one application, and nothing is half written.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { AccessMetadata, type Write } from '../../service/registrations/access-metadata.ts';
import { probing } from '../support/access-metadata.ts';
import { callerNamed } from '../support/callers.ts';
import { type FrozenClock, frozenClock } from '../support/clock.ts';
import { DynamoDbTable, type Fault, Hold } from '../support/dynamodb-table.ts';
import { registrationWith } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

const applications = ['Yellow', 'Green', 'Blue'] as const;
const roles = ['One', 'Two'] as const;

const request = fc.record({
  application: fc.constantFrom(...applications),
  method: fc.constantFrom('register' as const, 'replace' as const, 'deregister' as const),
  role: fc.constantFrom(...roles),
  sharedWith: fc.constantFrom(undefined, ...applications),
});
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

const round = fc.record({
  /** They overlap. */
  requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  /** Of the next requests to DynamoDB, whosever they are. */
  faults: fc.array(
    fc.constantFrom('none' as const, 'none' as const, 'lost' as const, 'refused' as const, 'frozen' as const),
    {
      maxLength: 6,
    },
  ),
  advanceMs: fc.constantFrom(0, 30_000, 5 * 60_000),
  remade: fc.constantFrom(undefined, undefined, ...roles),
  thaws: fc.boolean(),
});

let table: DynamoDbTable;
beforeAll(async () => {
  table = await DynamoDbTable.start();
});
afterAll(() => table.stop());

class World {
  readonly clock: FrozenClock = frozenClock();
  /** How often a role was made anew. */
  readonly generations = new Map<string, number>();
  /** The versions that the record of a request tells of. */
  readonly recorded = new Set<string>();
  readonly #holds: Hold[] = [];
  readonly #underWay = new Set<Promise<void>>();

  /** Starts a request in an execution environment of its own, and waits for it unless it is frozen. */
  start({ application, method, role, sharedWith }: Request): Promise<void> {
    const metadata = new AccessMetadata(table.client, table.name, this.clock.now);
    const caller = callerNamed(application);
    const registration = registrationWith({
      accessRoleName: role,
      ...(sharedWith !== undefined && sharedWith !== application && { sharedWith: [sharedWith] }),
    });
    const probe = probing({ accessRoleId: `AROA${role.toUpperCase()}${this.generations.get(role) ?? 0}` });
    let last: Write | undefined;
    const record = (write: Write | undefined) => {
      last = write;
    };
    const asked: Promise<unknown> =
      method === 'deregister'
        ? metadata.deregister(caller, record)
        : metadata[method](caller, registration, probe, record);
    const settled = asked
      .catch((error: unknown) => {
        // Nothing but a refusal, and that the table does not answer.
        if (!(error instanceof BrokerError)) throw error;
        if (error.isDenial) expect(last).toBeUndefined();
        else expect(error.code).toBe('AccessMetadataUnavailable');
      })
      .then(() => {
        if (last?.after) this.recorded.add(last.after.version);
      });
    this.#underWay.add(settled);
    return settled.finally(() => this.#underWay.delete(settled));
  }

  freeze(): Fault {
    const hold = new Hold();
    this.#holds.push(hold);
    return hold;
  }

  /** Whoever is frozen goes on. */
  thaw(): Promise<unknown> {
    for (const hold of this.#holds.splice(0)) hold.release();
    return Promise.all(this.#underWay);
  }

  /** Waits for every request but those that are frozen. */
  async settle(requests: readonly Promise<void>[]): Promise<void> {
    const frozen = this.#holds.map((hold) => hold.reached);
    for (const settled of requests) await Promise.race([settled, ...frozen]);
  }
}

async function expectWhole({ recorded }: World): Promise<void> {
  const items = new Map((await table.items()).map((item) => [item.ApplicationName, item]));
  for (const item of items.values()) {
    const role = item['AccessRoleName'];
    if (role === undefined) {
      // A claim: its owner has registered the role.
      const owner = items.get(String(item['Owner']));
      expect(`AccessRole#${String(owner?.['AccessRoleName']).toLowerCase()}`).toBe(item.ApplicationName);
      expect(owner?.['SharedBy']).toBeUndefined();
      expect(owner?.['AccessRoleId']).toBe(item['AccessRoleId']);
      continue;
    }
    expect(recorded).toContain(item['Version']);
    if (item['SharedBy'] !== undefined) continue;
    const claim = items.get(`AccessRole#${String(role).toLowerCase()}`);
    // Its claim, or that of whoever has registered a role that was made anew since.
    if (claim?.['AccessRoleId'] === item['AccessRoleId']) expect(claim?.['Owner']).toBe(item.ApplicationName);
    else expect(claim === undefined || claim['Owner'] !== item.ApplicationName).toBe(true);
  }
}

describe('registrations', () => {
  it('and claims are written together or not at all, and no role has two applications', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
        await table.reset();
        const world = new World();
        for (const { requests, faults, advanceMs, remade, thaws } of rounds) {
          if (remade) world.generations.set(remade, 1 + (world.generations.get(remade) ?? 0));
          table.failNext(...faults.map((fault) => (fault === 'frozen' ? world.freeze() : fault)));
          await world.settle(requests.map((asked) => world.start(asked)));
          world.clock.advance(advanceMs);
          if (thaws) await world.thaw();
        }
        await world.thaw();
        await expectWhole(world);
      }),
      runs(60),
    );
  });
});
