// ShopFast's web application as a process: how it starts, and ends, by itself.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

function start(variables: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/shopfast/main.ts'], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exited };
}

const settings = {
  OIDC_ISSUER: 'https://login.example.com/',
  OIDC_CLIENT_ID: 'shopfast',
  ISB_API_ENDPOINT: 'https://broker.example.com/',
  AWS_REGION: 'eu-west-1',
};

it('says in one line what it lacks', async () => {
  const { child, exited } = start(settings);
  expect(await text(child.stderr)).toBe('SHOPFAST_BUCKET: must be set\n');
  expect(await exited).toBe(2);
});

it('serves its page until it is told to stop, and says in one line that its port is taken', async () => {
  // Any that is free now; whoever takes it meanwhile fails this.
  const { port } = await freePort();
  const variables = {
    ...settings,
    SHOPFAST_BUCKET: 'shopfast-data',
    SHOPFAST_URL: `http://localhost:${port}/`,
  };
  const { child, exited } = start(variables);
  await new Promise((said) => child.stdout.once('data', said));
  expect(await (await fetch(variables.SHOPFAST_URL)).text()).toContain('Nobody has signed in');
  const second = start(variables);
  expect(await text(second.child.stderr)).toMatch(/^listen EADDRINUSE[^\n]*\n$/);
  expect(await second.exited).toBe(2);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

async function freePort(): Promise<{ port: number }> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return { port };
}
