// Access Metadata as an execution environment has it: on the test's table and clock, with a cache of its own.
import type { Caller } from '../../service/caller.ts';
import type { Clock } from '../../service/clock.ts';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import type { Registration } from '../../service/registrations/registration.ts';
import type { TrustReport } from '../../service/registrations/stored-registration.ts';
import type { DynamoDbTable } from './dynamodb-table.ts';

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
