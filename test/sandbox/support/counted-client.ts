// The client library over a deployed broker, with every request counted, and a clock that a test can set wrong.

import { type HttpRequest, send } from '../../../client/library/https.ts';
import { SessionBroker, type SessionBrokerOptions } from '../../../client/library/index.ts';
import { systemTiming, type Timing } from '../../../client/library/timing.ts';
import type { BrokerApplication } from './broker.ts';
import { broker } from './broker-sandbox.ts';

/** Nothing but a hang takes that long. */
const PATIENCE_MS = 240_000;

export class CountedClient {
  /** Status of every answer, in order; 0 where there was none. */
  readonly statuses: number[] = [];
  waits = 0;
  /** Milliseconds that the client's clock is ahead of the machine's. */
  skewMs = 0;
  /** Where requests are sent instead of to the broker. */
  elsewhere: string | undefined;
  /** Told before every wait. */
  onWait: () => void = () => {};
  readonly library: SessionBroker;

  readonly #timing: Timing = {
    ...systemTiming,
    now: () => Date.now() + this.skewMs,
    sleep: (ms) => {
      this.waits += 1;
      this.onWait();
      return systemTiming.sleep(ms);
    },
  };

  constructor(app: BrokerApplication, options: Partial<SessionBrokerOptions> = {}) {
    const own = {
      endpoint: broker.outputs.endpoint,
      region: broker.sandbox.account.region,
      credentials: app.own,
      timeoutMs: PATIENCE_MS,
      budgetMs: PATIENCE_MS,
    };
    this.library = new SessionBroker({ ...own, ...options } as SessionBrokerOptions, {
      send: (request) => this.#send(request),
      timing: this.#timing,
    });
  }

  async #send(request: HttpRequest) {
    const at = this.statuses.push(0) - 1;
    const answer = await send({ ...request, ...(this.elsewhere && { url: this.elsewhere }) });
    this.statuses[at] = answer.status;
    return answer;
  }
}

/** Tokens of one user, each another. */
export async function distinctTokens(count: number): Promise<string[]> {
  const [userPool] = broker.sandbox.account.userPools.values();
  if (!userPool) throw new Error('the sandbox has no user pool');
  const [, payload = ''] = (await broker.tokenOf('Yellow')).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return Promise.all(
    Array.from({ length: count }, (_, n) => userPool.sign({ ...claims, jti: `${process.pid}-${n}` })),
  );
}
