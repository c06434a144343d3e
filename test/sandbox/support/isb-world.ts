// What the application's commands of `isb` find around them: variables, files, tokens, and servers that are no broker.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Credentials } from '../../../client/broker-client.ts';
import { systemTiming, type Timing } from '../../../client/library/timing.ts';
import { broker, sandbox } from './broker-sandbox.ts';

/** Variables of a shell where these credentials are, or none; nothing of the machine's own configuration. */
export function shellOf(
  credentials?: Credentials,
  more: Record<string, string> = {},
): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = sandbox.environment;
  return {
    ...others,
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? '',
    AWS_SESSION_TOKEN: credentials?.sessionToken ?? '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  };
}

/** A file of the test's own, with its path. */
export function fileWith(text: string, name = 'file'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'isb-')), name);
  writeFileSync(path, text, { mode: 0o700 });
  return path;
}

/** A token of Yellow's user, with claims that are otherwise; the pool signs it. `undefined` takes a claim away. */
export async function tokenWith(changes: Record<string, unknown>): Promise<string> {
  const [userPool] = sandbox.account.userPools.values();
  if (!userPool) throw new Error('the sandbox has no user pool');
  const [, payload = ''] = (await broker.tokenOf('Yellow')).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return userPool.sign({ ...claims, ...changes });
}

/** A server on loopback for the time of the test. @returns its URL */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Time in which every wait is over at once, and counts all the same. */
export function impatientTiming(): Timing {
  let waitedMs = 0;
  return {
    ...systemTiming,
    elapsed: () => systemTiming.elapsed() + waitedMs,
    sleep: async (ms) => {
      waitedMs += ms;
    },
  };
}

/** A URL on loopback where nothing listens. */
export async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/`;
}
