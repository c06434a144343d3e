// Access Metadata as an execution environment has it: on the test's table and clock, with a cache of its own.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../service/clock.ts';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import type { AccessRoleProbe } from '../../service/registrations/access-role-decision.ts';
import type { Registrant } from '../../service/registrations/registrant.ts';
import type { Registration } from '../../service/registrations/registration.ts';
import type { TrustReport } from '../../service/registrations/stored-registration.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

/** A trust policy that lets every external id in: its role belongs to one application. */
export const notPinned: TrustReport = { trust: 'NotPinned', roleHasSessionTag: false };

/** The unique id of every access role, unless a test says otherwise. */
export const ACCESS_ROLE_ID = 'AROAACCESSROLE000001';

/** A role that lets the broker in. */
export function probing({
  accessRoleId = ACCESS_ROLE_ID,
  report = notPinned,
}: {
  readonly accessRoleId?: string;
  readonly report?: TrustReport;
} = {}): AccessRoleProbe {
  return probeOf(
    async () => accessRoleId,
    async () => report,
  );
}

/** A role with these answers, asked when they are waited for. */
export function probeOf(
  enter: () => Promise<string>,
  report: () => Promise<TrustReport> = async () => notPinned,
): AccessRoleProbe {
  return { enter, begin: () => ({ accessRoleId: enter, report }) };
}

/** Where a test says nothing of the access role's trust policy, it pins nothing. */
export class ProbedAccessMetadata extends AccessMetadata {
  override register(caller: Registrant, registration: Registration, probe = probing()) {
    return super.register(caller, registration, probe);
  }

  override replace(caller: Registrant, registration: Registration, probe = probing()) {
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

/** The refusal of an access role that another application holds. */
export const claimed = (accessRoleName: string) => ({
  code: 'AccessRoleClaimed',
  message:
    `the access role ${accessRoleName} is registered by another application; to share it, that application names ` +
    'this one in SharedWith, and its trust policy lets in the names of both as sts:ExternalId',
});
