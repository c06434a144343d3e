// What the environments of a simulated fleet share: one table in virtual time, which may be down, and one key.
import { DataKeys } from '../../service/shared-sessions/data-keys.ts';
import { SharedSessions } from '../../service/shared-sessions/shared-sessions.ts';
import type { SharedStore } from '../../service/shared-store.ts';
import { FakeKms, KEY_ARN } from '../../test/support/fake-kms.ts';
import { MemorySharedItems } from '../../test/support/memory-shared-items.ts';
import type { VirtualTime } from '../../test/support/virtual-time.ts';

/** Milliseconds of virtual time, there and back. */
const KMS_MS = 12;

/** @returns what gives each environment its own view of the one table */
export function sharedStores(time: VirtualTime, tableMs: number, isDown: boolean): () => SharedStore {
  const items = new MemorySharedItems(async () => {
    if (isDown) throw new Error('the table is down');
    await time.sleep(tableMs / 2);
  });
  const kms = new FakeKms(() => time.sleep(KMS_MS / 2));
  const now = () => time.now;
  return () =>
    new SharedSessions({
      items,
      keys: new DataKeys({ kms: kms.client, keyArn: KEY_ARN, items, now }),
      now,
      timer: (ms, ring) => {
        let isOn = true;
        time.sleep(ms).then(() => isOn && ring());
        return () => {
          isOn = false;
        };
      },
      tableMs: 300,
      leaseMs: 1_800,
      onFailure: () => undefined,
    });
}
