// Load from a second process: the same signed request again and again, at a fixed pace or as fast as it is answered.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** A signed request that may be sent more than once: SigV4 has no nonce. */
export interface RepeatableRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Load = {
  /** Requests a second, over all connections. Default: as many as are answered. */
  readonly rate?: number;
  readonly connections: number;
} & ({ readonly seconds: number } | { readonly requests: number });

export interface LoadResult {
  /** Answers by status code. */
  readonly statusCodes: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly p99Ms: number;
  readonly elapsedSeconds: number;
}

/** After so long an answer does not come any more. */
const HANGING_SECONDS = 240;
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

/** Sends the load and reports what came back: for so many seconds, or so many requests however long they take. */
export async function sendLoad(request: RepeatableRequest, load: Load): Promise<LoadResult> {
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      autocannon,
      '--json',
      ...['-c', String(load.connections), '-t', String(HANGING_SECONDS)],
      ...('seconds' in load ? ['-d', String(load.seconds)] : ['-a', String(load.requests)]),
      ...(load.rate === undefined ? [] : ['-R', String(load.rate)]),
      ...['-m', request.method, ...headers],
      ...(request.body === undefined ? [] : ['-b', request.body]),
      request.url,
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  const { statusCodeStats, latency, duration } = JSON.parse(stdout) as {
    statusCodeStats: Record<string, { count: number }>;
    latency: { p99: number };
    duration: number;
  };
  return {
    statusCodes: Object.fromEntries(
      Object.entries(statusCodeStats).map(([code, { count }]) => [code, count]),
    ),
    p99Ms: latency.p99,
    elapsedSeconds: duration,
  };
}
