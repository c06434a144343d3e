// The example of docs/clients.md for the shell, against the deployed broker: what it exports, and what it shows to nobody.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { type BrokerFront, openBrokerFront } from './support/broker-front.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { type Command, shell, ToolsMissing } from './support/client-toolchains.ts';
import {
  contentOf,
  createReader,
  createTenantObjects,
  environmentOf,
  requestsOf,
} from './support/tenant-objects.ts';

useBroker();

let command: Command;
let missing: string | undefined;
let names = 0;
let app: BrokerApplication;
let front: BrokerFront;

beforeAll(async () => {
  await createTenantObjects(broker);
  try {
    command = await shell.prepare(tmpdir());
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    missing = error.message;
    console.info(`left out: the example for the shell: ${missing}`);
  }
});
beforeEach(async ({ skip }) => {
  skip(missing !== undefined, `the shell is left out: ${missing}`);
  app = await createReader(broker, `Shell${++names}`);
  front = await openBrokerFront(broker.outputs.endpoint);
});

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs bash with these arguments, in the application's environment. */
async function bash(
  args: readonly string[],
  token: string,
  variables: Record<string, string> = {},
): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const own = environmentOf(app, broker, `${front.url}//`);
  const child = spawn('bash', args, { env: { PATH, HOME, ...own, ...variables }, stdio: 'pipe' });
  child.stdin.on('error', () => {}); // It may end before it has read.
  child.stdin.end(token);
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  for (const secret of [
    token.trim(),
    ...front.secrets,
    app.own.secretAccessKey,
    app.own.sessionToken as string,
  ]) {
    expect(stdout + stderr).not.toContain(secret);
  }
  return { exitCode, stdout, stderr };
}

const read = (token: string, key = 'Yellow/file.txt', options: readonly string[] = []) =>
  bash([...options, ...command.args, 'tenant-objects', key], token);

describe('the example for the shell', () => {
  it('reads the objects of the tenant whose token it has, and no other’s', async () => {
    const token = await broker.tokenOf('Yellow');
    expect(await read(token)).toEqual({ exitCode: 0, stdout: contentOf('Yellow'), stderr: '' });
    expect(await read(`${token}\n`)).toMatchObject({ exitCode: 0, stdout: contentOf('Yellow') });
    const denied = await read(token, 'Blue/file.txt');
    expect(denied).toMatchObject({ exitCode: 1, stdout: '' });
    expect(denied.stderr).toMatch(/403|AccessDenied/);
  });

  it('keeps nothing: every call is a request', async () => {
    const token = await broker.tokenOf('Yellow');
    for (let n = 1; n <= 3; n += 1) {
      await read(token);
      expect(requestsOf(broker, app)).toBe(n);
    }
  });

  it('leaves the application’s own credentials what they are, called in a subshell', async () => {
    const source = join(command.args[0] as string, '../session-broker.sh');
    const script = `source ${source}; before=$AWS_ACCESS_KEY_ID
      (tenant_credentials; [[ $AWS_ACCESS_KEY_ID != "$before" ]] && echo "until $AWS_CREDENTIAL_EXPIRATION") &&
      [[ $AWS_ACCESS_KEY_ID == "$before" && -z \${AWS_CREDENTIAL_EXPIRATION-} ]] && echo same`;
    const { stdout } = await bash(['-c', script], await broker.tokenOf('Yellow'));
    expect(stdout).toMatch(/^until \d{4}-\d\d-\d\dT[\d:.]+Z\nsame\n$/);
  });

  it('shows its secrets neither in a trace nor in the arguments of a process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'clients-'));
    const list = join(directory, 'arguments');
    for (const tool of ['curl', 'jq', 'aws']) {
      const script = `#!/usr/bin/env bash\nprintf '%s\\n' ${tool} "$@" >> '${list}'\nPATH=\${PATH#*:} exec ${tool} "$@"\n`;
      writeFileSync(join(directory, tool), script);
      chmodSync(join(directory, tool), 0o755);
    }
    const token = await broker.tokenOf('Yellow');
    const variables = { PATH: `${directory}:${process.env['PATH']}` };
    const args = ['-x', ...command.args, 'tenant-objects', 'Yellow/file.txt'];
    const { exitCode, stderr } = await bash(args, token, variables);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('+ aws s3 cp');
    const seen = readFileSync(list, 'utf8');
    expect(seen).toMatch(/^curl\n[\s\S]*--aws-sigv4/m);
    for (const secret of [token, ...front.secrets, app.own.secretAccessKey, app.own.sessionToken as string]) {
      expect(seen).not.toContain(secret);
    }
    expect(front.secrets).toHaveLength(2);
  });

  it('tells the broker’s code of a denial, and fails with 1', async () => {
    const { exitCode, stderr } = await read('no.to.ken');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^TokenMalformed: .+\n$/),
    });
  });

  it('tells that the gateway refused it in words of its own', async () => {
    const { exitCode, stderr } = await bash(
      [...command.args, 'tenant-objects', 'Yellow/file.txt'],
      'no.to.ken',
      {
        AWS_SECRET_ACCESS_KEY: 'wrong',
      },
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "tenant_credentials: no answer of the broker's: status 403\n",
    });
  });

  it('tells when to ask again, and fails with 75, while STS fails', async () => {
    const error = { code: 'InternalFailure', message: 'failed', statusCode: 500 };
    onTestFinished(sandbox.account.faults.inject({ service: 'sts', error }));
    const { exitCode, stderr } = await read(await broker.tokenOf('Blue'));
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/^StsUnavailable: .+\ntenant_credentials: ask again in \d+ seconds\n$/);
  });

  it('fails with 75 where nobody answers', async () => {
    front.isCutOff = true;
    const { exitCode, stderr } = await read(await broker.tokenOf('Yellow'));
    expect(exitCode).toBe(75);
    expect(stderr).toBe("tenant_credentials: no answer of the broker's: status 000\n");
  });

  it('sends no token in the clear', async () => {
    const variables = { ISB_API_ENDPOINT: 'http://broker.example.com/' };
    const { exitCode, stderr } = await bash([...command.args, 'b', 'k'], 'no.to.ken', variables);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('must be an https URL'),
    });
  });

  it('has no problem that a linter sees', async ({ skip }) => {
    const complaints = await shell.lint(tmpdir()).catch((failure) => {
      skip(failure instanceof ToolsMissing, `the linter of the shell is left out: ${failure.message}`);
      throw failure;
    });
    expect(complaints).toBe('');
  });
});
