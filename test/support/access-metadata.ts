// Access Metadata as an execution environment has it: on the test's table and clock, with a cache of its own.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Caller } from '../../service/caller.ts';
import type { Clock } from '../../service/clock.ts';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import type { Registration } from '../../service/registrations/registration.ts';
import type { TrustReport } from '../../service/registrations/stored-registration.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

/** A trust policy that lets every external id in: its role belongs to one application. */
export const notPinned: TrustReport = { trust: 'NotPinned', roleHasSessionTag: false };

/** Where a test says nothing of the access role's trust policy, it pins nothing. */
export class ProbedAccessMetadata extends AccessMetadata {
  override register(caller: Caller, registration: Registration, probe = async () => notPinned) {
    return super.register(caller, registration, probe);
  }

  override replace(caller: Caller, registration: Registration, probe = async () => notPinned) {
    return super.replace(caller, registration, probe);
  }
}

export function accessMetadataOn(table: DynamoDbTable, now: Clock): ProbedAccessMetadata {
  return new ProbedAccessMetadata(table.client, table.name, now);
}

export class AccessMetadataFixture {
  table!: DynamoDbTable;
  clock!: FrozenClock;
  metadata!: ProbedAccessMetadata;

  /** Another execution environment on the same table. */
  readonly elsewhere = (): ProbedAccessMetadata => accessMetadataOn(this.table, this.clock.now);
}

/** For every test of a file, at noon: an empty table, and an execution environment. Call at the top. */
export function useAccessMetadata(): AccessMetadataFixture {
  const fixture = new AccessMetadataFixture();
  beforeAll(async () => {
    fixture.table = await DynamoDbTable.start();
  });
  beforeEach(async () => {
    await fixture.table.reset();
    fixture.clock = frozenClock();
    fixture.metadata = fixture.elsewhere();
  });
  afterAll(() => fixture.table.stop());
  return fixture;
}
