// A broker for the client library, without a network: answers by script, counts requests, and time that passes on demand.

import type { HttpAnswer, HttpRequest } from '../../client/library/https.ts';
import { SessionBroker, type SessionBrokerOptions } from '../../client/library/index.ts';
import type { Timing } from '../../client/library/timing.ts';

export const MINUTE = 60_000;
/** Noon of a day in spring. */
const START = Date.UTC(2030, 3, 1, 12);

export interface ScriptedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** No answer, but this failure. */
  readonly failure?: Error;
}

/** What the broker answers a request with. */
export type Script = (request: HttpRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

export class LibraryBroker {
  readonly requests: HttpRequest[] = [];
  /** Milliseconds of every wait. */
  readonly waits: number[] = [];
  /** The machine's clock and the broker's, in milliseconds since the epoch. */
  clientTime = START;
  brokerTime = START;
  /** Milliseconds that an answer takes. */
  answersAfterMs = 0;
  lifeMs = 60 * MINUTE;
  script: Script = () => this.credentials();
  #issued = 0;
  #elapsed = 0;

  readonly timing: Timing = {
    now: () => this.clientTime,
    elapsed: () => this.#elapsed,
    sleep: async (ms) => {
      this.waits.push(ms);
      this.pass(ms);
    },
    random: () => 0,
  };

  pass(ms: number): void {
    this.clientTime += ms;
    this.brokerTime += ms;
    this.#elapsed += ms;
  }

  readonly send = async (request: HttpRequest): Promise<HttpAnswer> => {
    this.requests.push(request);
    this.pass(this.answersAfterMs);
    const { status = 200, body = {}, headers = {}, failure } = await this.script(request);
    if (failure) throw failure;
    return {
      status,
      headers: { date: new Date(this.brokerTime).toUTCString(), ...headers },
      text: typeof body === 'string' ? body : JSON.stringify(body),
    };
  };

  /** New ones with every call; `key-1`, `key-2`, … @param more fields of the answer */
  credentials(more: object = {}): ScriptedAnswer {
    this.#issued += 1;
    return {
      body: {
        AccessKeyId: `key-${this.#issued}`,
        SecretAccessKey: 'canary-secret',
        SessionToken: 'canary-session-token',
        Expiration: new Date(this.brokerTime + this.lifeMs).toISOString(),
        ...more,
      },
    };
  }

  client(options: Partial<SessionBrokerOptions> = {}): SessionBroker {
    const defaults = {
      endpoint: 'https://broker.example.com/',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'canary-own-secret' },
    };
    return new SessionBroker({ ...defaults, ...options } as SessionBrokerOptions, this);
  }
}

/** What the broker says of credentials for data. */
export const grantOf = (MatchedGrantTarget: string, Permission: string) => ({
  MatchedGrantTarget,
  Permission,
  Grantee: { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: 'user-1' },
});

/** A refusal of the broker. */
export function refusal(status: number, code: string, retryAfter?: number): ScriptedAnswer {
  return {
    status,
    body: { code, message: `what ${code} says`, requestId: 'request-1' },
    headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
  };
}

/** Each answer once, the last for ever. */
export function inTurn(...answers: (ScriptedAnswer | (() => ScriptedAnswer))[]): Script {
  let turn = 0;
  return () => {
    const answer = answers[Math.min(turn, answers.length - 1)] as ScriptedAnswer | (() => ScriptedAnswer);
    turn += 1;
    return typeof answer === 'function' ? answer() : answer;
  };
}
