// Data keys: one an hour for all environments, made and opened by KMS, in the clear in memory alone.
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Clock } from '../clock.ts';
import type { SharedItems } from './shared-items.ts';

export interface DataKeysOptions {
  readonly kms: Pick<KMSClient, 'send'>;
  /** Of the KMS key. */
  readonly keyArn: string;
  readonly items: Pick<SharedItems, 'findKey' | 'keepKey' | 'tableName'>;
  readonly now: Clock;
}

const HOUR_MS = 3_600_000;
/** What was sealed as many hours ago is opened, and what a clock that is ahead has sealed. */
const HOURS_BEFORE = 2;
const HOURS_AFTER = 1;

export class DataKeys {
  readonly #keys = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(private readonly options: DataKeysOptions) {}

  /** The one of this hour, which is made where nobody has made it. Rejects with what KMS's or the table's client rejects with. */
  async current(): Promise<{ readonly hour: string; readonly key: Uint8Array }> {
    const hour = hourOf(this.options.now());
    const key = await this.#once(hour, async () => (await this.#find(hour)) ?? this.#make(hour));
    if (key !== undefined) return { hour, key };
    // One that was not there when something was to be opened.
    this.#keys.delete(hour);
    return this.current();
  }

  /** The one of an hour; `undefined` where there is none, or the hour is too far away. */
  async of(hour: string): Promise<Uint8Array | undefined> {
    if (!this.#hours().includes(hour)) return undefined;
    return this.#once(hour, () => this.#find(hour));
  }

  /** One question at a time, and none again once it is answered: KMS is asked once an environment and hour. */
  #once(hour: string, ask: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    const known = this.#keys.get(hour);
    if (known) return known;
    const hours = this.#hours();
    for (const old of this.#keys.keys()) if (!hours.includes(old)) this.#keys.delete(old);
    const asked = ask();
    this.#keys.set(hour, asked);
    asked.then(
      (key) => key === undefined && this.#keys.delete(hour),
      () => this.#keys.delete(hour),
    );
    return asked;
  }

  #hours(): string[] {
    const now = this.options.now();
    return Array.from({ length: HOURS_BEFORE + 1 + HOURS_AFTER }, (_, index) =>
      hourOf(now + (index - HOURS_BEFORE) * HOUR_MS),
    );
  }

  async #find(hour: string): Promise<Uint8Array | undefined> {
    const encrypted = await this.options.items.findKey(hour);
    return encrypted === undefined ? undefined : this.#decrypt(encrypted, hour);
  }

  /** Whoever comes second has the key of whoever came first, and has asked KMS twice. */
  async #make(hour: string): Promise<Uint8Array> {
    const { kms, keyArn: KeyId, items } = this.options;
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: this.#contextOf(hour) }),
    );
    const encrypted = CiphertextBlob ?? new Uint8Array();
    // As long as anything may be opened with it.
    const expiresAt = Date.parse(`${hour}:00:00Z`) + (HOURS_BEFORE + 1) * HOUR_MS;
    const kept = await items.keepKey(hour, encrypted, expiresAt);
    return Buffer.compare(kept, encrypted) === 0 ? keyIn(Plaintext) : this.#decrypt(kept, hour);
  }

  async #decrypt(CiphertextBlob: Uint8Array, hour: string): Promise<Uint8Array> {
    const { kms, keyArn: KeyId } = this.options;
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: this.#contextOf(hour) }),
    );
    return keyIn(Plaintext);
  }

  /** The key's policy asks for the table. https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
  #contextOf(hour: string): Record<string, string> {
    return { Table: this.options.items.tableName, Hour: hour };
  }
}

function keyIn(plaintext: Uint8Array | undefined): Uint8Array {
  if (plaintext?.length === 32) return plaintext;
  throw new Error('KMS answered without a key of 32 bytes');
}

/** `2030-04-01T12`, in UTC. */
function hourOf(now: number): string {
  return new Date(now).toISOString().slice(0, 13);
}
