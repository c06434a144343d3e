// The first request of a provisioned environment: nothing of the deployed bundle, and nothing of Node.js, is loaded for it.
import { type ChildProcess, fork } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentialsEvent } from '../../bench/measured/requests.ts';
import { type DeployedFunction, synthesizeFunction } from '../../bench/support/deployed-function.ts';
import { type StandIns, startStandIns } from '../../bench/support/stand-ins.ts';
import { generateTokenKey, signToken } from '../../bench/support/tokens.ts';

const key = generateTokenKey();
let deployed: DeployedFunction;
let standIns: StandIns;

beforeAll(async () => {
  [deployed, standIns] = await Promise.all([
    synthesizeFunction(),
    startStandIns({ latencyMs: 0, jwks: key.jwks }),
  ]);
});
afterAll(async () => {
  await standIns.stop();
  deployed.remove();
});

it('loads no module, neither of the bundle nor of Node.js, whether it is traced or not', async () => {
  const main = fileURLToPath(new URL('support/provisioned-process-main.mjs', import.meta.url));
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047';
  const environments = [0, 1].map(() =>
    fork(main, [pathToFileURL(deployed.bundlePath).href], {
      execArgv: [],
      env: { ...deployed.variables, ...standIns.variables },
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    }),
  );
  await Promise.all(environments.map((environment) => once(environment, 'message')));
  // What it has not read by now, it cannot read any more.
  rmSync(dirname(deployed.bundlePath), { recursive: true });

  const token = signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' });
  const outputs = environments.map(({ stdout }) => text(stdout as NodeJS.ReadableStream));
  const event = credentialsEvent(token);
  const answered = await Promise.all(
    environments.map((one, sampled) => ask(one, { event, trace: `${trace};Sampled=${sampled}` })),
  );
  // The trace of the one is sent after its answer.
  await expect.poll(async () => (await standIns.counts())['xray']).toBeGreaterThan(0);
  const loaded = await Promise.all(environments.map((one) => ask(one, {})));

  expect(answered).toEqual([200, 200]);
  expect(loaded).toEqual([[], []]);
  for (const output of outputs) expect((await output).match(/"level":"\w+"/g)).toEqual(['"level":"INFO"']);
});

async function ask(environment: ChildProcess, message: object): Promise<unknown> {
  const answer = once(environment, 'message');
  environment.send(message);
  return (await answer)[0];
}
