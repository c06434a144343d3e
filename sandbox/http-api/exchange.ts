// One request to the HTTP API, and all that comes to be known of it on its way.
import { randomBytes } from 'node:crypto';
import type { HttpRequest } from '../account/operation.ts';
import type { Caller } from '../identities/identities.ts';
import type { Route } from './route-table.ts';

export interface HttpAnswer {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `set-cookie` headers. */
  readonly cookies?: readonly string[];
  readonly body: Buffer;
}

export interface Exchange {
  /** Its body is empty until it has been read. */
  request: HttpRequest;
  /** Name and value by turns, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Milliseconds since the epoch, by the account's clock. */
  readonly startedAt: number;
  /** `Root` of `X-Amzn-Trace-Id`. */
  readonly rootTraceId: string;
  /** Decoded. */
  path: string;
  route?: Route;
  /** What the variables of the route's path stand for. */
  pathParameters?: Readonly<Record<string, string>> | undefined;
  caller?: Caller;
  /** What the client is not told: why it was refused, why the integration failed. */
  denialReason?: string;
  /** The denial in a word that tells it apart, where `denialReason` is worded as AWS words it. */
  refusal?: string | undefined;
  integrationError?: string;
  integrationLatencyMs?: number;
}

/** An answer that API Gateway gives by itself. */
export class GatewayError extends Error {
  constructor(
    readonly statusCode: number,
    /** As in AWS's answer: `{"message": "Forbidden"}`. */
    message: string,
    /** `$context.error.responseType` */
    readonly responseType: string,
  ) {
    super(message);
    this.name = 'GatewayError';
  }

  get answer(): HttpAnswer {
    const body = Buffer.from(JSON.stringify({ message: this.message }));
    return { statusCode: this.statusCode, headers: { 'content-type': 'application/json' }, body };
  }
}

/** As API Gateway forms them: `B7170h_-DoEEPzA=`. */
export function newRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** `17/Mar/2023:17:02:16 +0000` */
export function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(epochMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
