// `isb` as a command line: exit codes, help, and what it takes for wrong usage, before it asks AWS anything.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../../../client/cli/main.ts';

const project = fileURLToPath(new URL('../../../..', import.meta.url));
const run = promisify(execFile);

async function isb(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await main(args, { env: {}, stdout: into('stdout'), stderr: into('stderr') });
  return { exitCode, ...written };
}

describe('isb', () => {
  it('lists its commands', async () => {
    expect(await isb('--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^Usage: npx isb COMMAND[\s\S]*\n {2}import {2,}registers the applications [\s\S]*\n {2}revoke {2,}ends the sessions /,
      ),
      stderr: '',
    });
  });

  it('says of a command what it takes, wherever --help stands', async () => {
    const { exitCode, stdout } = await isb('revoke', '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: npx isb revoke --application NAME /);
    expect((await isb('--help', 'revoke')).exitCode).toBe(0);
    expect(await isb('revoke', '-h')).toMatchObject({ exitCode: 0, stdout });
    expect(await isb('revoke', '--application', 'App', '--help')).toMatchObject({ exitCode: 0, stdout });
  });

  it.each([
    [[], 'which command?'],
    [['revok'], 'isb has no command revok'],
    [['toString'], 'isb has no command toString'],
    [['canary secret'], 'isb has no such command'],
    [['register'], 'FILE says what to register'],
    [['register', 'one.json', 'two.json'], 'one FILE is one registration'],
    [['register', 'a.json', '--application', 'a/b'], '--application must be the name of an IAM role'],
    [['show', 'App'], "Unexpected argument 'App'"],
    [['show', '--format', 'xml'], '--format must be text or json'],
    [['deregister', '--force'], "Unknown option '--force'"],
    [['credentials'], 'where is the token?'],
    [['credentials', '--token', 'canary'], 'a token is no argument'],
    [['credentials', 'canary'], 'a token is no argument'],
    [['credentials', '--token-file', 'a', '--token-variable', 'B'], 'several sources of the token'],
    [['credentials', '--token-command', 'a', '--token-variable', 'B'], 'several sources of the token'],
    [['credentials', '--token-variable', 'canary.secret'], '--token-variable must be the name'],
    [['credentials', '--token-command', ' '], '--token-command must be a command'],
    [
      ['credentials', '--token-file', 'a', '--format', 'xml'],
      '--format must be json, env, credential-process',
    ],
    ...(
      [
        [['--target', 's3://canary*', '--permission', 'READ'], '--target must be s3://bucket/prefix* or'],
        [['--target', 's3://canary/a/', '--permission', 'READ'], '--target must be a prefix with a *'],
        [['--target', 's3://canary/a?', '--permission', 'READ'], '--target must hold no ?'],
        [['--target', '', '--permission', 'READ'], '--target must be s3://bucket/prefix* or'],
        [['--target', 's3://canary/a'], '--permission must be READ, WRITE, READWRITE'],
        [['--target', 's3://canary/a', '--permission', 'read'], '--permission must be READ, WRITE'],
        [['--permission', 'READ'], '--target is required'],
        [['--duration-seconds', '900'], '--target is required'],
        ...['899', '43201', '900.5', '1e3', '0x400', '15m', ''].map((duration): [string[], string] => [
          ['--target', 's3://canary/a', '--permission', 'READ', '--duration-seconds', duration],
          '--duration-seconds must be a whole number of seconds from 900 to 43200',
        ]),
      ] as [string[], string][]
    ).map(([args, message]): [string[], string] => [['credentials', '--token-file', 'a', ...args], message]),
    [['grants'], 'where is the token?'],
    [['grants', 'canary'], 'a token is no argument'],
    [['grants', '--token-file', 'a', '--format', 'text'], '--format must be table or json'],
    [['grants', '--token-file', 'a', '--scope', 'canary/'], '--scope must begin with s3://'],
    [['doctor', '--format', 'env'], '--format must be text or json'],
    [['doctor', 'canary'], 'a token is no argument'],
    [['login'], 'SERVICE says which target of the portal'],
    [['login', 'one', 'two'], 'one SERVICE at a time'],
    [['login', '../canary'], 'SERVICE must be the name of a target'],
    [['login', 'admin'], '--portal, or ISB_PORTAL_URL, must be the address of the portal'],
    [['login', 'admin', '--portal', 'http://portal.example/'], '--portal, or ISB_PORTAL_URL, must be'],
    [['login', 'admin', '--portal', 'https://portal.example/?canary=1'], '--portal, or ISB_PORTAL_URL, must'],
    [
      ['login', 'admin', '--portal', 'https://p.example/', '--format', 'xml'],
      '--format must be json, env, cred',
    ],
    [
      ['login', 'admin', '--portal', 'https://p.example/', '--duration', '899'],
      '--duration must be a number',
    ],
    [['login', 'admin', '--portal', 'https://p.example/', '--port', '65536'], '--port must be a port'],
    [
      ['login', 'admin', '--portal', 'https://p.example/', '--new', '--format', 'credential-process'],
      '--new opens the browser, and --format credential-process never does',
    ],
    [['revoke'], '--application says whose sessions'],
    [['revoke', '--application', ''], '--application must be the name of an IAM role'],
    [['revoke', '--application', 'team/App'], '--application must be the name of an IAM role'],
    [['revoke', '--application', 'AccessRole#appaccess'], '--application must be the name of an IAM role'],
    [['revoke', '--application', 'a'.repeat(65)], '--application must be the name of an IAM role'],
    [['revoke', '--application', 'App', '--tenant', ''], '--tenant must be the value of a session tag'],
    [['revoke', '--application', 'App', '--tenant', '*'], '--tenant must be the value of a session tag'],
    [
      ['revoke', '--application', 'App', '--tenant', '${aws:username}'],
      '--tenant must be the value of a session tag',
    ],
    [
      ['revoke', '--application', 'App', '--tenant', 'Yellow', '--tenant', 'a'.repeat(257)],
      '--tenant must be the value of a session tag',
    ],
    [['revoke', '--application', 'App', '--force'], "Unknown option '--force'"],
    [['revoke', 'App'], "Unexpected argument 'App'"],
    [['revoke', '--application'], "Option '--application <value>' argument missing"],
    [['import'], '--table says where the reference has its applications'],
    [['import', '--table', 'a/b'], '--table must be the name of a DynamoDB table'],
    [['import', '--table', 'Table', '--apply', '--dry-run'], '--apply and --dry-run contradict each other'],
    [['import', '--table', 'Table', '--registrar-role', 'Deployer'], '--registrar-role must be the ARN'],
    [
      ['import', '--table', 'Table', '--endpoint', 'api.example.com'],
      '--endpoint, or ISB_API_ENDPOINT, must be',
    ],
    [['import', '--table', 'Table', '--endpoint', 'file:///etc'], '--endpoint, or ISB_API_ENDPOINT, must be'],
    [['import', '--table', 'Table', '--force'], "Unknown option '--force'"],
    [['show', `canary'${'s'.repeat(50)}`], 'Unexpected argument (not shown)'],
    [['show', `canary. ${'s'.repeat(50)}`], 'Unexpected argument (not shown)'],
    [['show', 'a\u001b[2Jb'], 'Unexpected argument (not shown)'],
    [['show', 'a\nb'], 'Unexpected argument (not shown)'],
  ])('takes %j for wrong usage', async (args, message) => {
    const { exitCode, stdout, stderr } = await isb(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(message);
    for (const never of ['\u001b', 'canary']) expect(stderr).not.toContain(never);
    if (/^(Unknown|Unexpected|Option)/.test(message)) {
      expect(stderr).toMatch(/^.*; npx isb \w+ --help says what there is\n$/);
    } else expect(stderr).toContain('\n\nUsage: npx isb ');
  });

  it.skipIf(!existsSync('/dev/full'))(
    'fails where its output cannot be written, and not where nobody reads it',
    async () => {
      const launcher = join(project, 'client/cli/isb.mjs');
      const shell = (command: string) => run('bash', ['-c', command, 'bash', process.execPath, launcher]);
      await expect(shell('"$1" "$2" --help > /dev/full')).rejects.toMatchObject({
        code: 1,
        stderr: 'isb: the output cannot be written: ENOSPC\n',
      });
      const { stdout, stderr } = await shell('"$1" "$2" --help | true; echo "${PIPESTATUS[0]}"');
      expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
    },
  );

  it('runs by its name in a clone, with no registry to ask', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
    onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
    const env = { ...process.env, npm_config_cache: cache, npm_config_update_notifier: 'false' };
    const { stdout } = await run('npx', ['--offline', 'isb', '--help'], { cwd: project, env });
    expect(stdout).toMatch(/^Usage: npx isb COMMAND/);
    const wrong = run('npx', ['--offline', 'isb', 'revoke'], { cwd: project, env });
    await expect(wrong).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--application says whose sessions'),
    });
  });
});
