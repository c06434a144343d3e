// `isb credentials` end to end: its sources and formats, and a token that is in no output.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { broker, useBroker } from './support/broker-sandbox.ts';
import { type Ended, isb, isbWith } from './support/isb.ts';
import { closedUrl, fileWith, impatientTiming, serve, shellOf, tokenWith } from './support/isb-world.ts';

useBroker();

let apps = 0;

async function application(): Promise<BrokerApplication> {
  const app = broker.createApplication(`Cli${++apps}`);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  return app;
}

/** Whose session it is that was printed. */
const tenantOf = (credentials: Record<string, unknown>) =>
  broker.sessionOf(credentials).principalTags.get('TenantID');

describe('isb credentials', () => {
  it('takes the token from each of its sources', async () => {
    const shell = shellOf((await application()).own);
    const token = await broker.tokenOf('Yellow');
    const file = fileWith(`${token}\n`, 'token');
    const all: Promise<Ended>[] = [];
    const run = async (...args: Parameters<typeof isbWith>) =>
      all.push(Promise.resolve(await isbWith(...args)));
    await run({}, shell, 'credentials', '--token-file', file);
    await run({ stdin: token }, shell, 'credentials', '--token-file', '-');
    await run({}, { ...shell, ISB_TOKEN_FILE: file }, 'credentials');
    await run({}, { ...shell, TENANT_TOKEN: token }, 'credentials', '--token-variable', 'TENANT_TOKEN');
    await run({}, shell, 'credentials', '--token-command', `printf 'noise' >&2; cat '${file}'`);
    for (const { exitCode, stdout, stderr } of await Promise.all(all)) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(tenantOf(JSON.parse(stdout))).toBe('Yellow');
    }
  });

  it('prints JSON with the tags, and exactly what a credential_process prints', async () => {
    const shell = shellOf((await application()).own, {
      ISB_TOKEN_FILE: fileWith(await broker.tokenOf('Blue')),
    });
    const json = JSON.parse((await isb(shell, 'credentials')).stdout);
    expect(json).toMatchObject({ Version: 1, Tags: { TenantID: 'Blue' } });
    const { stdout, stderr } = await isb(shell, 'credentials', '--format', 'credential-process');
    expect(stderr).toBe('');
    expect(stdout.trimEnd()).not.toContain('\n');
    const { Tags: _, ...others } = json;
    expect(JSON.parse(stdout)).toEqual(others);
    expect(Object.keys(JSON.parse(stdout))).toEqual([
      'Version',
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
    ]);
  });

  it('prints lines that a shell evaluates, and warns of a profile that would come first', async () => {
    const own = (await application()).own;
    const shell = shellOf(own, { ISB_TOKEN_FILE: fileWith(await broker.tokenOf('Yellow')) });
    const { stdout, stderr } = await isb(shell, 'credentials', '--format', 'env');
    expect(stderr).toBe('');
    const script = `${stdout}printf '%s\\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" "$AWS_CREDENTIAL_EXPIRATION"`;
    const values = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} }).trimEnd().split('\n');
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = JSON.parse(
      (await isb(shell, 'credentials')).stdout,
    );
    expect(values).toEqual([AccessKeyId, SecretAccessKey, SessionToken, Expiration]);

    const config = fileWith(
      `[profile app]\naws_access_key_id = ${own.accessKeyId}\naws_secret_access_key = ${own.secretAccessKey}\naws_session_token = ${own.sessionToken}\n`,
    );
    const profiled = { ...shell, AWS_CONFIG_FILE: config, AWS_PROFILE: 'app', AWS_ACCESS_KEY_ID: '' };
    const withProfile = await isb(profiled, 'credentials', '--format', 'env');
    expect(withProfile.exitCode).toBe(0);
    expect(withProfile.stderr).toBe('AWS_PROFILE is set, and some SDKs go by it first: unset AWS_PROFILE\n');
  });

  it('tells the broker’s refusal by its code, and where there are no credentials to sign with', async () => {
    const app = await application();
    const expired = fileWith(await tokenWith({ exp: 1_000_000 }));
    const refused = await isb(shellOf(app.own), 'credentials', '--token-file', expired);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^isb credentials failed: TokenExpired: .+\n$/);
    const unsigned = await isb(shellOf(), 'credentials', '--token-file', expired);
    expect(unsigned.stderr).toBe(
      'isb credentials failed: no AWS credentials to sign with: none were found\n',
    );
    const args = ['credentials', '--token-file', expired, '--profile', 'nobody'];
    expect((await isb(shellOf(app.own), ...args)).stderr).toBe(
      'isb credentials failed: there is no AWS profile nobody\n',
    );
  });
});

describe('the token', () => {
  /** Runs that must not show it: what they are, and how they end. */
  const runs: [what: string, run: (token: string) => Promise<Ended>][] = [
    ['as an option', (token) => isb(shellOf(), 'credentials', '--token', token)],
    ['as an option with =', (token) => isb(shellOf(), 'credentials', `--token=${token}`)],
    ['as an option that there is not', (token) => isb(shellOf(), 'show', `--jwt=${token}`)],
    ['as a word', (token) => isb(shellOf(), 'credentials', token)],
    ['as a command', (token) => isb(shellOf(), token)],
    ['as the name of a file', (token) => isb(shellOf(), 'credentials', '--token-file', token)],
    ['as the name of a variable', (token) => isb(shellOf(), 'doctor', '--token-variable', token)],
    ['in a command', (token) => isb(shellOf(), 'credentials', '--token-command', `echo ${token}`)],
    [
      'printed by a command that fails',
      (token) =>
        isb(
          shellOf(undefined, { T: token }),
          'credentials',
          '--token-command',
          'echo $T; echo $T >&2; exit 3',
        ),
    ],
    [
      'printed among other words',
      (token) => isb(shellOf(undefined, { T: token }), 'credentials', '--token-command', 'echo token $T'),
    ],
    [
      'with nothing that listens',
      async (token) => withToken(token, { ISB_API_ENDPOINT: await closedUrl(), ISB_RESOLVE: '' }),
    ],
    [
      'with a web page that answers what it was sent',
      async (token) => withToken(token, { ISB_API_ENDPOINT: await echo(200, (body) => `<p>${body}</p>`) }),
    ],
    [
      'with a server that refuses what it was sent',
      async (token) =>
        withToken(token, {
          ISB_API_ENDPOINT: await echo(400, (message) => JSON.stringify({ code: 'Refused', message })),
        }),
    ],
    [
      'with a server that gives it for credentials',
      async (token) =>
        withToken(token, {
          ISB_API_ENDPOINT: await echo(200, (body) => JSON.stringify({ AccessKeyId: body })),
        }),
    ],
    ['that is no user’s', (token) => withToken(token, {})],
  ];

  it.each(runs.filter(([what]) => /^(as|in) /.test(what)))(
    'is refused as an argument: %s',
    async (_, run) => {
      const { exitCode, stdout, stderr } = await run(await broker.tokenOf('Yellow'));
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^a token is no argument: .*--token-file FILE/);
    },
  );

  it.each(runs)('is in no output: %s', async (_, run) => {
    const token = await tokenWith({ canary: 'canary'.repeat(8), iss: 'https://canary.example.com' });
    const { exitCode, stdout, stderr } = await run(token);
    expect(exitCode).toBeGreaterThan(0);
    expect(stderr).not.toBe('');
    for (const part of [token, ...token.split('.')]) {
      expect(stdout).not.toContain(part);
      expect(stderr).not.toContain(part);
    }
  });

  it.each(['text', 'json'])('is in no output of the doctor, %s', async (format) => {
    const app = await application();
    const token = await tokenWith({ canary: 'canary'.repeat(8), iss: 'https://canary.example.com' });
    const { stdout, stderr } = await isbWith(
      { stdin: token },
      shellOf(app.own),
      'doctor',
      '--token-file',
      '-',
      '--format',
      format,
    );
    for (const part of [...token.split('.'), 'canary']) expect(stdout + stderr).not.toContain(part);
    expect(stdout).toContain('credentials');
  });

  async function withToken(token: string, more: Record<string, string>): Promise<Ended> {
    const { own } = broker.createApplication(`Canary${++apps}`);
    const stands = { stdin: token, timing: impatientTiming() };
    return isbWith(stands, shellOf(own, more), 'credentials', '--token-file', '-');
  }

  function echo(status: number, answer: (body: string) => string): Promise<string> {
    return serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.writeHead(status).end(answer(body)));
    });
  }
});
