// The broker's HTTP API: signed with SigV4, corrected by the clock of whoever answers, its refusals typed.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { noAnswer, refusalOf, unexpected } from './answers.ts';
import type { HttpAnswer, Send } from './https.ts';
import { retried } from './retrying.ts';
import type { Timing } from './timing.ts';

export interface BrokerCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: 'applications' | 'credentials' | 'grants' | 'grants';
  readonly query?: Readonly<Record<string, string>>;
  /** A text is JSON already, and sent as it is. */
  readonly body?: object | string;
  /** Of the body: what no error may quote. */
  readonly token?: string;
}

export interface BrokerApiParts {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly send: Send;
  readonly timing: Timing;
  readonly timeoutMs: number;
  readonly budgetMs: number;
}

export type Document = Readonly<Record<string, unknown>>;

/** A difference that a second's fraction and the way of an answer explain is none. */
const LEAST_SKEW_MS = 5_000;
/** Gateways take signatures that are five minutes old, or ahead. */
const HARMFUL_SKEW_MS = 4 * 60_000;

export class BrokerApi {
  readonly #parts: BrokerApiParts;
  /** Milliseconds that the broker's clock is ahead of this machine's. */
  #offsetMs = 0;

  constructor(parts: BrokerApiParts) {
    this.#parts = parts;
  }

  /** An instant of the broker's clock by this machine's. */
  localTime(brokerTime: number): number {
    return brokerTime - this.#offsetMs;
  }

  /** Asks, and again within the budget where the broker fails for the moment. */
  call(call: BrokerCall): Promise<Document> {
    const { budgetMs, timeoutMs, timing } = this.#parts;
    return retried((leftMs) => this.#attempt(call, Math.min(timeoutMs, leftMs)), budgetMs, timing);
  }

  /** Asks once: for whoever has something to go on with. */
  callOnce(call: BrokerCall, timeoutMs: number): Promise<Document> {
    return this.#attempt(call, Math.min(timeoutMs, this.#parts.timeoutMs));
  }

  async #attempt(call: BrokerCall, timeoutMs: number): Promise<Document> {
    const signedWithMs = this.#offsetMs;
    let answer = await this.#send(call, timeoutMs);
    const isSkewed = Math.abs(this.#offsetMs - signedWithMs) > HARMFUL_SKEW_MS;
    if (answer.status === 403 && isSkewed) answer = await this.#send(call, timeoutMs);
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, call.token);
    return documentOf(answer) ?? Promise.reject(unexpected(answer));
  }

  async #send(call: BrokerCall, timeoutMs: number): Promise<HttpAnswer> {
    const { send, timing } = this.#parts;
    const request = await this.#sign(call);
    const sentAt = timing.now();
    const answer = await send({ ...request, timeoutMs: Math.max(1, Math.ceil(timeoutMs)) }).catch(
      (error: unknown) => Promise.reject(noAnswer(error)),
    );
    this.#learnClock(answer, (sentAt + timing.now()) / 2);
    return answer;
  }

  #learnClock({ headers }: HttpAnswer, at: number): void {
    const date = Date.parse(String(headers['date']));
    if (Number.isNaN(date)) return;
    const offsetMs = date + 500 - at;
    this.#offsetMs = Math.abs(offsetMs) < LEAST_SKEW_MS ? 0 : offsetMs;
  }

  async #sign({ method, path, query = {}, body }: BrokerCall) {
    const { endpoint, region, credentials, timing } = this.#parts;
    const url = new URL(path, endpoint);
    url.search = new URLSearchParams(query).toString();
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
    const { headers } = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: { ...query },
        headers: { host: url.host, ...(text !== undefined && { 'content-type': 'application/json' }) },
        ...(text !== undefined && { body: text }),
      },
      { signingDate: new Date(timing.now() + this.#offsetMs) },
    );
    return { url: url.href, method, headers, ...(text !== undefined && { body: text }) };
  }
}

function documentOf({ text }: HttpAnswer): Document | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? (document as Document) : undefined;
  } catch {
    // A parser's message quotes what it read.
    return undefined;
  }
}
