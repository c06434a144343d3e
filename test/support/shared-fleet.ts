// A fleet of execution environments before one STS, with the parts that share sessions: their lives, their clocks, their table.
import type { AssumeRoleCommand, AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import {
  sessionRequestOf,
  TemporaryCredentialsProvider,
} from '../../service/sessions/temporary-credentials.ts';
import { DataKeys } from '../../service/shared-sessions/data-keys.ts';
import { SharedSessions } from '../../service/shared-sessions/shared-sessions.ts';
import { deployment, roleIdOf } from './callers.ts';
import { FakeKms, KEY_ARN } from './fake-kms.ts';
import { MemorySharedItems } from './memory-shared-items.ts';
import { storedWith } from './registrations.ts';
import { VirtualTime } from './virtual-time.ts';

/** An environment: how far its clock is off, how far the table is away, and what becomes of it. */
export interface Life {
  readonly skewMs: number;
  /** Of each way to the table, in turn. */
  readonly latencies: readonly number[];
  /** Of each request to the table, in turn: whether it fails. */
  readonly faults: readonly boolean[];
  /** In its second call of STS, having been answered, or never. */
  readonly dies: boolean;
}

/** What STS has issued. */
export interface Issued {
  readonly input: AssumeRoleCommandInput;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface Registered {
  readonly version: string;
  readonly revokedAt?: number;
}

export class SharedFleet {
  readonly time = new VirtualTime();
  readonly items = new MemorySharedItems();
  readonly kms = new FakeKms();
  readonly issued = new Map<string, Issued>();
  /** How often STS was asked for the access role's session. */
  asked = 0;
  stsMs = 40;

  environment({ skewMs, latencies, faults, dies }: Life): TemporaryCredentialsProvider {
    const now = () => this.time.now + skewMs;
    let travelled = 0;
    let requests = 0;
    const far =
      <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await this.time.sleep(latencies[travelled++ % latencies.length] as number);
        if (faults[requests++ % faults.length]) throw new Error('the table is down');
        const answer = await ask(...args);
        await this.time.sleep(latencies[travelled++ % latencies.length] as number);
        return answer;
      };
    const of = this.items;
    const items = {
      tableName: of.tableName,
      find: far((...args: Parameters<typeof of.find>) => of.find(...args)),
      lease: far((...args: Parameters<typeof of.lease>) => of.lease(...args)),
      complete: far((...args: Parameters<typeof of.complete>) => of.complete(...args)),
      release: far((...args: Parameters<typeof of.release>) => of.release(...args)),
      findKey: far((hour: string) => of.findKey(hour)),
      keepKey: far((hour: string, key: Uint8Array) => of.keepKey(hour, key)),
    };
    const shared = new SharedSessions({
      items,
      keys: new DataKeys({ kms: this.kms.client, keyArn: KEY_ARN, items, now }),
      now,
      timer: (ms, ring) => {
        let isOn = true;
        this.time.sleep(ms).then(() => isOn && ring());
        return () => {
          isOn = false;
        };
      },
      tableMs: 300,
      leaseMs: 1_800,
      onFailure: () => undefined,
    });
    return new TemporaryCredentialsProvider({
      ...deployment,
      createClient: () => this.#clientOf(dies),
      now,
      shared,
    });
  }

  requestFor(tenant: string, { version, revokedAt }: Registered) {
    const registration = storedWith({
      version,
      ...(revokedAt !== undefined && { revokedAt: new Date(revokedAt).toISOString() }),
    });
    return sessionRequestOf(registration, { tags: [{ key: 'TenantID', value: tenant }] }, deployment);
  }

  /** Has two items change places, or one be what it was: what whoever can write to the table can do. */
  tamper(how: 'swap' | 'replay', kept: Map<string, unknown>): void {
    const ids = [...this.items.items.keys()];
    const [one, other] = [ids[0], ids.at(-1)];
    if (one === undefined || other === undefined) return;
    const items = this.items.items as Map<string, unknown>;
    if (how === 'swap') {
      const [first, last] = [items.get(one), items.get(other)];
      items.set(one, last).set(other, first);
    } else {
      const old = kept.get(one);
      if (old === undefined) kept.set(one, items.get(one));
      else items.set(one, old);
    }
  }

  #clientOf(dies: boolean): STSClient {
    let calls = 0;
    return {
      send: async ({ input }: AssumeRoleCommand) => {
        const isServiceRole = input.RoleArn === deployment.serviceRoleArn;
        if (!isServiceRole) this.asked += 1;
        await this.time.sleep(this.stsMs / 2);
        const seconds = Math.floor(this.time.now / 1_000);
        const expiresAt = (seconds + (input.DurationSeconds ?? 3_600)) * 1_000;
        const AccessKeyId = `ASIA${this.issued.size}`;
        this.issued.set(AccessKeyId, { input, issuedAt: seconds * 1_000, expiresAt });
        await this.time.sleep(this.stsMs / 2);
        if (!isServiceRole && dies && calls++ > 0) return new Promise(() => {});
        const roleId = roleIdOf(input.RoleArn?.slice(input.RoleArn.lastIndexOf('/') + 1) ?? '');
        return {
          Credentials: {
            AccessKeyId,
            SecretAccessKey: 'secret',
            SessionToken: 'token',
            Expiration: new Date(expiresAt),
          },
          AssumedRoleUser: { AssumedRoleId: `${roleId}:session`, Arn: input.RoleArn },
        };
      },
    } as unknown as STSClient;
  }
}
