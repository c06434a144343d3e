// `isb login` end to end: the browser, the portal, STS, and what is kept; and whatever answers in the portal's place.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTiming } from '../../client/library/timing.ts';
import { Browser } from './support/browser.ts';
import { sandbox, usePortal } from './support/deployed-portal.ts';
import { fileWith, serve } from './support/isb-world.ts';
import { type Act, isbLogin, sayYes } from './support/portal-login.ts';

const MINUTE = 60_000;

let env: Record<string, string>;
let kept: string;

usePortal();
beforeEach(() => {
  kept = join(mkdtempSync(join(tmpdir(), 'isb-')), 'login');
  const { ISB_PORTAL_URL = '' } = sandbox.environment;
  env = { ISB_PORTAL_URL, ISB_LOGIN_CACHE_DIRECTORY: kept };
});

const yesOf =
  (name: string, browser?: Browser): Act =>
  (url) => {
    const password = sandbox.environment['ISB_PORTAL_PASSWORD'] ?? '';
    return sayYes(url, { username: `${name}@example.com`, password }, browser);
  };
const login = (args: readonly string[], act?: Act) => isbLogin(env, ['--no-browser', ...args], act);

/** Who AWS says that these are of. */
async function callerOf(json: string): Promise<string> {
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(json);
  const sts = new STSClient({
    endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
    region: sandbox.account.region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? '';
}

/** A command that must not wait for a browser. */
const nobody: Act = async (url) => {
  throw new Error(`nobody is to be sent to ${url}`);
};

describe('isb login', () => {
  it('gets the session of the user who says yes, and takes it from where it is kept from then on', async () => {
    const first = await login(['documents', '--format', 'json', '--duration', '1800'], yesOf('ada'));
    expect(first).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('open\n\n  http://localhost:'),
    });
    expect(await callerOf(first.stdout)).toBe(
      'arn:aws:sts::111122223333:assumed-role/Documents/ada@example.com',
    );
    expect(Date.parse(JSON.parse(first.stdout).Expiration) - Date.now()).toBeLessThanOrEqual(30 * MINUTE);
    expect(Object.keys(JSON.parse(first.stdout))).toEqual([
      'Version',
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
    ]);
    expect(await login(['documents', '--format', 'json'], nobody)).toEqual({ ...first, stderr: '' });
    const asProcess = await login(['documents', '--format', 'credential-process'], nobody);
    expect(JSON.parse(asProcess.stdout)).toEqual(JSON.parse(first.stdout));
    const lines = await login(['documents', '--format', 'env'], nobody);
    expect(lines.stdout).toContain(`export AWS_ACCESS_KEY_ID='${JSON.parse(first.stdout).AccessKeyId}'\n`);
  });

  it('prints no secret where no format is asked for, and the verifier and the code never', async () => {
    const browser = new Browser();
    const { exitCode, stdout, stderr } = await login(['documents'], yesOf('ada', browser));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^credentials of documents until \S+Z\n$/);
    const [name = ''] = readdirSync(kept);
    const { credentials } = JSON.parse(readFileSync(join(kept, name), 'utf8'));
    const code = new URL((browser.visited.at(-1) ?? '').split(' ')[1] ?? '').searchParams.get('code');
    expect(code).toMatch(/^[\w-]{43}$/);
    for (const secret of [credentials.SecretAccessKey, credentials.SessionToken, code])
      expect(stdout + stderr + name).not.toContain(secret);
  });

  it('asks again when less than 15 minutes are left, and a credential_process does not', async () => {
    const args = ['--no-browser', 'documents', '--duration', '1800', '--format'];
    const first = JSON.parse((await isbLogin(env, [...args, 'json'], yesOf('ada'))).stdout);
    const later = (ms: number) => ({ ...systemTiming, now: () => Date.parse(first.Expiration) - ms });

    const early = await isbLogin(env, [...args, 'json'], nobody, later(15 * MINUTE + 1));
    expect(JSON.parse(early.stdout)).toEqual(first);
    const asProcess = await isbLogin(env, [...args, 'credential-process'], nobody, later(1));
    expect(JSON.parse(asProcess.stdout)).toEqual(first);
    expect(await isbLogin(env, [...args, 'credential-process'], nobody, later(0))).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `isb login failed: no credentials of documents are kept any more: run isb login documents --portal ${env['ISB_PORTAL_URL']}\n`,
    });
    const late = await isbLogin(env, [...args, 'json'], yesOf('ada'), later(15 * MINUTE));
    expect(JSON.parse(late.stdout).AccessKeyId).not.toBe(first.AccessKeyId);
  });

  it('--new asks again, and is another user’s where another says yes', async () => {
    await login(['documents'], yesOf('ada'));
    const { stdout } = await login(['documents', '--new', '--format', 'json'], yesOf('lin'));
    expect(await callerOf(stdout)).toMatch(/\/lin@example\.com$/);
    const again = await login(['documents', '--format', 'credential-process'], nobody);
    expect(await callerOf(again.stdout)).toMatch(/\/lin@example\.com$/);
  });

  it.skipIf(process.platform !== 'linux')('opens the browser of the system', async () => {
    const opened = join(mkdtempSync(join(tmpdir(), 'isb-')), 'url');
    const opener = fileWith(
      `#!/bin/sh\nprintf %s "$1" > '${opened}.half'; mv '${opened}.half' '${opened}'\n`,
      'xdg-open',
    );
    env['PATH'] = `${join(opener, '..')}:${process.env['PATH']}`;
    const act: Act = async (url) => {
      await vi.waitFor(() => expect(existsSync(opened)).toBe(true), { timeout: 240_000 });
      expect(readFileSync(opened, 'utf8')).toBe(url);
      return yesOf('ada')(url);
    };
    expect(await isbLogin(env, ['documents'], act)).toMatchObject({ exitCode: 0 });
  });

  it('goes on where no browser can be opened', async () => {
    env['PATH'] = '/nowhere';
    expect(await isbLogin(env, ['documents'], yesOf('ada'))).toMatchObject({ exitCode: 0 });
  });

  it('prints what it got where it cannot be kept, and says so', async () => {
    env['ISB_LOGIN_CACHE_DIRECTORY'] = '/dev/null/login';
    const { exitCode, stdout, stderr } = await login(['documents', '--format', 'json'], yesOf('ada'));
    expect(exitCode).toBe(0);
    expect(stderr).toContain('the credentials cannot be kept in /dev/null/login: ENOTDIR\n');
    expect(await callerOf(stdout)).toMatch(/\/ada@example\.com$/);
  });

  it('fails where the port is taken', async () => {
    const url = await serve((_, response) => response.end());
    const { port } = new URL(url);
    expect(await login(['documents', '--port', port], nobody)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `isb login failed: cannot listen on 127.0.0.1, port ${port}: EADDRINUSE\n`,
    });
  });
});

describe('what answers in the portal’s place', () => {
  /** A portal that has given this code, and answers so to it. */
  async function answering(status: number, body: string): Promise<Act> {
    const portal = await serve((_, response) => response.writeHead(status).end(body));
    env['ISB_PORTAL_URL'] = portal;
    return async (url) => {
      const { searchParams } = new URL(url);
      const state = searchParams.get('state') ?? '';
      const answer = new URLSearchParams({ state, iss: portal, code: 'canary-code' });
      const page = await fetch(`${searchParams.get('redirect_uri')}?${answer}`);
      expect(page.status).toBe(400);
      expect(await page.text()).toContain('The terminal says why');
    };
  }
  const credentials = {
    AccessKeyId: 'ASIA',
    SecretAccessKey: 'canary',
    SessionToken: 'canary',
    Expiration: '2030-01-01T00:00:00Z',
  };

  it.each([
    [200, '<html>canary', 'the answer, 200, is no portal’s: what answers is no portal, see --portal'],
    [302, '', 'the answer, 302, is no portal’s: what answers is no portal, see --portal'],
    [502, '{"message":"canary"}', 'the answer, 502, is no portal’s: what answers is no portal, see --portal'],
    [200, '{"canary":1}', 'the answer holds no credentials: what answers is no portal, see --portal'],
    [
      200,
      JSON.stringify({ ...credentials, Expiration: 'canary' }),
      'the answer holds no credentials: what answers is no portal, see --portal',
    ],
    [
      200,
      JSON.stringify({ ...credentials, SessionToken: 'canary\u001b[2J' }),
      'the answer holds no credentials: what answers is no portal, see --portal',
    ],
    [
      403,
      '{"code":"NotInGroup","message":"why\\u001b[2J","requestId":"id"}',
      'NotInGroup: why\\u001b[2J (request id)',
    ],
  ])('with %i and %j is told in one line', async (status, body, message) => {
    const { exitCode, stdout, stderr } = await login(['admin'], await answering(status, body));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.split('\n').slice(-2)).toEqual([`isb login failed: ${message}`, '']);
    expect(stderr).not.toContain('canary');
    expect(existsSync(kept)).toBe(false);
  });

  it('as another portal is not sent the code', async () => {
    const asked: string[] = [];
    env['ISB_PORTAL_URL'] = await serve(({ url = '' }, response) => {
      asked.push(url);
      response.end();
    });
    const { exitCode, stderr } = await login(['admin'], async (url) => {
      const { searchParams } = new URL(url);
      const state = searchParams.get('state') ?? '';
      const answer = new URLSearchParams({ state, iss: 'https://evil.example/', code: 'canary' });
      await fetch(`${searchParams.get('redirect_uri')}?${answer}`);
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('isb login failed: the browser’s answer has no code of this portal');
    expect(asked).toEqual([]);
  });
});
