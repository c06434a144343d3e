// Execution environments that share one table of exchanges and one IAM Identity Center, in virtual time.
import type { SendAwsCall } from '../../service/aws-call.ts';
import type { IdentityContext } from '../../service/identity-context/sealed-context.ts';
import {
  SharedExchange,
  type SharedExchangeOptions,
} from '../../service/identity-context/shared-exchange.ts';
import { TokenExchange } from '../../service/identity-context/token-exchange.ts';
import { APPLICATION_ARN, FakeIdentityCenter, SERVICE_SESSION } from './identity-center.ts';
import { MemoryExchangeTable } from './memory-exchange-table.ts';
import { VirtualTime } from './virtual-time.ts';

export const TOKEN = 'canary-header.canary-claims.canary-signature';
export const LEASE_MS = 4_500;
export const WAIT_MS = 5_000;

/** What became of one request: the context's assertion, or the error. */
export type Outcome = { readonly assertion: string } | { readonly error: unknown };

export class ExchangeEnvironments {
  readonly time = new VirtualTime();
  readonly center = new FakeIdentityCenter();
  /** What could not be written down. */
  readonly failures: unknown[] = [];
  table: SharedExchangeOptions['table'] = new MemoryExchangeTable(() => this.time.sleep(10));
  /** How far IAM Identity Center is away, there and back. */
  roundTripMs = 200;

  /** A new one, which knows nothing. @param overrides of what stands around it */
  environment(overrides: Partial<SharedExchangeOptions> = {}, send: SendAwsCall = this.send): SharedExchange {
    const now = () => this.time.now;
    return new SharedExchange({
      exchange: new TokenExchange({
        region: 'eu-west-1',
        endpoint: 'https://oidc.eu-west-1.amazonaws.com',
        send,
        credentials: async () => SERVICE_SESSION,
        now,
      }),
      table: this.table,
      now,
      pause: (ms) => this.time.sleep(ms),
      leaseMs: LEASE_MS,
      waitMs: WAIT_MS,
      onFailure: (error) => this.failures.push(error),
      ...overrides,
    });
  }

  readonly send: SendAwsCall = async (call) => {
    await this.time.sleep(this.roundTripMs / 2);
    const answer = await this.center.send(call);
    await this.time.sleep(this.roundTripMs / 2);
    return answer;
  };

  /** One that dies when it has the lease, and has asked nobody. */
  dyingBeforeAsking(): SharedExchange {
    return this.environment({ exchange: { exchange: never } });
  }

  /** One that dies when it has been answered, and has written nothing down. */
  dyingAfterAsking(): SharedExchange {
    return this.environment({}, async (call) => {
      await this.send(call);
      return never();
    });
  }

  /** Lets time pass until nothing is left to happen. What never ends is no outcome. */
  async outcomesOf(...asked: (() => Promise<IdentityContext>)[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const ask of asked) {
      ask().then(
        ({ assertion }) => outcomes.push({ assertion }),
        (error: unknown) => outcomes.push({ error }),
      );
    }
    // What is asked of nobody takes no time, and is no event.
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    await this.time.run();
    await settle();
    return outcomes;
  }

  /** Asks with the token, or another. */
  asking(environment: SharedExchange, token = TOKEN, application = APPLICATION_ARN) {
    return () => environment.contextOf(token, application);
  }
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
