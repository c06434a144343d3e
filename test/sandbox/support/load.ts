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

export interface Load {
  /** Requests a second, over all connections. Default: as many as are answered. */
  readonly rate?: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface LoadResult {
  /** Answers by status code. */
  readonly statusCodes: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly p99Ms: number;
  readonly elapsedSeconds: number;
}

const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

/** Sends the load and reports what came back. Bounded by its seconds; requests on their way are waited for. */
export async function sendLoad(request: RepeatableRequest, load: Load): Promise<LoadResult> {
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      autocannon,
      '--json',
      ...['-c', String(load.connections), '-d', String(load.seconds)],
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
