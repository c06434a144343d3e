// Stand-ins for STS, DynamoDB, an identity provider and the X-Ray daemon, in a process of their own: they check nothing.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCertificateAuthority } from '../../sandbox/certificate-authority.ts';
import { EnvironmentVariable } from '../../service/broker/environment.ts';
import type { Ports, StandInSettings } from './stand-ins-main.ts';

export interface StandIns {
  /** For the environment of a function that is to use them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly jwksUrl: string;
  /** Calls answered so far, by operation. */
  counts(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

export async function startStandIns(
  settings: Omit<StandInSettings, 'certPem' | 'keyPem'>,
): Promise<StandIns> {
  const authority = await createCertificateAuthority(['localhost', '127.0.0.1', '::1']);
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
  const caPath = join(directory, 'ca.pem');
  writeFileSync(caPath, authority.caPem);
  const child = fork(fileURLToPath(new URL('stand-ins-main.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  child.send({ ...settings, certPem: authority.certPem, keyPem: authority.keyPem });
  const ports = await answerOf<Ports>(child);
  return {
    variables: {
      AWS_ENDPOINT_URL: `${settings.awsOverTls ? 'https' : 'http'}://127.0.0.1:${ports.aws}`,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${ports.daemon}`,
      NODE_EXTRA_CA_CERTS: caPath,
      [EnvironmentVariable.jwksHosts]: `localhost:${ports.jwks}`,
    },
    jwksUrl: `https://localhost:${ports.jwks}/jwks.json`,
    counts() {
      child.send('counts');
      return answerOf<Record<string, number>>(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}
