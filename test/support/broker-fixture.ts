// A broker for every test of a file, at noon, with an empty table and empty caches; what it writes is captured.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Answered, type Broker, type BrokerOptions, startBroker } from './broker.ts';
import { type CapturedOutput, captureOutput } from './captured-output.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { DynamoDbTable } from './dynamodb-table.ts';
import { eventOf } from './events.ts';
import { KeySource } from './key-source.ts';
import { minimalBody } from './registrations.ts';
import { generateSigningKey, publish, type SigningKey } from './signing-keys.ts';
import { FakeSts } from './sts.ts';

export class BrokerFixture {
  table!: DynamoDbTable;
  /** The one key that the source publishes. */
  key!: SigningKey;
  clock!: FrozenClock;
  sts!: FakeSts;
  keys!: KeySource;
  output!: CapturedOutput;
  /** The function: an event in, an answer out. */
  ask!: Broker;

  /** A token of the tenant, valid for an hour. */
  tokenFor(tenant: string, claims: Record<string, unknown> = {}): Promise<string> {
    return this.key.sign({ exp: this.clock.seconds() + 3600, 'custom:tenant_id': tenant, ...claims });
  }

  /** Registers the application `App`, through another execution environment; the probe and the trial of the keys are forgotten. */
  async register(body: unknown = minimalBody): Promise<Answered> {
    const answer = await this.environment()(eventOf('POST /applications', { body }));
    this.sts.forget();
    this.keys.forget();
    return answer;
  }

  /** Another execution environment of the same function. */
  environment(options: BrokerOptions = {}): Broker {
    const { table, sts, keys, clock } = this;
    return startBroker({ table, sts, keys, now: clock.now }, options);
  }

  async start(): Promise<void> {
    [this.table, this.key] = await Promise.all([DynamoDbTable.start(), generateSigningKey('ES256')]);
  }

  async reset(): Promise<void> {
    this.output = captureOutput();
    await this.table.reset();
    this.clock = frozenClock();
    this.sts = new FakeSts(this.clock.now);
    this.keys = new KeySource(publish(this.key));
    this.ask = this.environment();
  }

  release(): void {
    this.sts.restore();
    this.output.restore();
  }
}

/** Call at the top of a test file. */
export function useBroker(): BrokerFixture {
  const fixture = new BrokerFixture();
  beforeAll(() => fixture.start());
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.release());
  afterAll(() => fixture.table.stop());
  return fixture;
}
