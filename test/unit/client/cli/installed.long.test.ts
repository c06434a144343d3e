// `isb` as it is installed with the package, and what starting it loads: bundled, without anything beside it.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/cli-bundle.ts', join(folder, 'isb')]);
});

const isb = (...args: string[]) =>
  run(process.execPath, [join(folder, 'isb/isb.js'), ...args], { cwd: folder, env });
const env = {
  PATH: process.env['PATH'] ?? '',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  ISB_TOKEN_FILE: '/dev/null',
};

describe('the bundle', () => {
  it('has the application’s commands, and needs no package', async () => {
    const { stdout } = await isb('--help');
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name);
    expect(commands).toEqual(['register', 'show', 'deregister', 'credentials', 'grants', 'login', 'doctor']);
    for (const name of commands)
      expect((await isb(name as string, '--help')).stdout).toContain(`isb ${name}`);
  });

  it('runs them', async () => {
    await expect(isb('credentials', '--endpoint', 'https://broker.invalid/')).rejects.toMatchObject({
      code: 1,
      stderr: 'isb credentials failed: the token file holds no token: it is empty\n',
    });
    await expect(isb('doctor', '--region', 'x')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^ok {9}node[\s\S]*\nfails {6}region +x is no code of a region/),
    });
  });

  it('keeps the licences of what is in it', () => {
    const text = readFileSync(join(folder, 'isb/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-sts', '@smithy/core', '@aws-crypto/sha256-js', 'tslib']) {
      expect(text).toMatch(new RegExp(`^${name} \\d[\\d.]* \\([\\w.-]+\\)$`, 'm'));
    }
    expect(text).toContain('Apache License');
    expect(text).toContain('Copyright (c) Microsoft Corporation');
  });

  it('holds nothing of the operator’s commands, and says nothing of where it was built', () => {
    const files = readdirSync(join(folder, 'isb'), { recursive: true, withFileTypes: true });
    const code = files
      .filter((file) => file.name.endsWith('.js'))
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
      .join('\n');
    expect(code).not.toContain('PutRolePolicyCommand');
    expect(code).not.toContain(process.cwd());
  });
});

describe('starting isb credentials', () => {
  it('loads no client of AWS, up to the request itself', async () => {
    const log = join(folder, 'loaded');
    const server = createServer((_, response) =>
      response.writeHead(403).end('{"code":"ClaimMissing","message":"canary"}'),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const hooks = `import { appendFileSync } from 'node:fs';
      export async function load(url, context, next) { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context); }`;
    const registration = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
    const started = run(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(registration)}`,
        'client/cli/isb.mjs',
        'credentials',
        '--token-variable',
        'T',
      ],
      { env: { ...env, T: 'token', ISB_API_ENDPOINT: `http://127.0.0.1:${port}/` } },
    );
    await expect(started).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('ClaimMissing: canary'),
    });
    const loaded = readFileSync(log, 'utf8');
    expect(loaded).toContain('/client/library/broker-api.ts');
    expect(loaded).toContain('/credential-provider-env/');
    expect(loaded.match(/@aws-sdk\/(client-|lib-|credential-provider-(node|ini))[\w-]*/g)).toBeNull();
  });
});
