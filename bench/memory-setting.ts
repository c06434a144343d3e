// `npm run bench:memory-setting`: what a start and a request take and cost by the memory that a function has; writes results/.
// ISB_FUNCTION_NODE names the Node.js that is measured; default: this one. Wants Linux, and leave to make a control group.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prices } from '../scripts/cost.ts';
import { credentialsEvent } from './measured/requests.ts';
import { synthesizeFunction } from './support/deployed-function.ts';
import { processorShare } from './support/processor-share.ts';
import { median } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTenantKey, signTenantToken } from './support/token-file.ts';

/** Memory at which a function has one processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const WHOLE_PROCESSOR_MB = 1_769;
const sizes = [128, 256, 512, 768, 1_024, 1_536, WHOLE_PROCESSOR_MB];
const ROUNDS = 5;
const NEW_TENANTS = 30;
const WARM_REQUESTS = 500;
/** What a call of STS, DynamoDB or the identity provider takes. */
const LATENCY_MS = 5;

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Measured {
  readonly start: Took;
  readonly firstRequest: Took;
  readonly newTenants: readonly Took[];
  readonly warm: readonly Took[];
  readonly rssMb: number;
}

const deployed = await synthesizeFunction();
const key = generateTenantKey();
const standIns = await startStandIns({ latencyMs: LATENCY_MS, jwks: key.jwks });
const node = process.env['ISB_FUNCTION_NODE'] ?? process.execPath;
const eventOf = (tenant: number) => credentialsEvent(signTenantToken(key, tenant), 'App0');
const input = {
  module: pathToFileURL(deployed.bundlePath).href,
  first: eventOf(0),
  newTenants: Array.from({ length: NEW_TENANTS }, (_, tenant) => eventOf(tenant + 1)),
  warm: eventOf(1),
  warmRequests: WARM_REQUESTS,
};

try {
  const measured = new Map<number, Measured[]>(sizes.map((memoryMb) => [memoryMb, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [memoryMb, values] of measured) values.push(await measureWith(memoryMb));
  const rows = [...measured].map(([memoryMb, values]) => rowOf(memoryMb, values));
  console.table(rows);
  const load = loadavg().map((value) => Number(value.toFixed(1)));
  console.log(`load ${load.join(', ')}; ${node}`);
  const result = { at: new Date().toISOString(), node, load, latencyMs: LATENCY_MS, rounds: ROUNDS, rows };
  writeFileSync(
    fileURLToPath(new URL('results/memory-setting.json', import.meta.url)),
    `${JSON.stringify(result, null, 1)}\n`,
  );
} finally {
  await standIns.stop();
  deployed.remove();
}

async function measureWith(memoryMb: number): Promise<Measured> {
  const share = processorShare(memoryMb / WHOLE_PROCESSOR_MB);
  try {
    const child = fork(fileURLToPath(new URL('measured/memory-setting.mjs', import.meta.url)), {
      execPath: node,
      execArgv: [],
      env: {
        ...deployed.variables,
        ...standIns.variables,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const closed = once(child, 'close');
    share.hold(child.pid as number);
    child.send(input);
    const answer = await Promise.race([once(child, 'message'), closed.then(() => undefined)]);
    await closed;
    if (!answer) throw new Error(`with ${memoryMb} MB the function ended without an answer`);
    return answer[0] as Measured;
  } finally {
    share.remove();
  }
}

function rowOf(memoryMb: number, values: readonly Measured[]) {
  const of = (figure: (value: Measured) => number) => median(values.map(figure));
  const mean = (took: readonly Took[], figure: (one: Took) => number) =>
    took.reduce((sum, one) => sum + figure(one), 0) / took.length;
  /** Dollars: each request is billed by the whole millisecond. */
  const perMillion = (took: (value: Measured) => readonly Took[]) =>
    of((value) => mean(took(value), ({ ms }) => Math.ceil(ms))) *
    1_000 *
    (memoryMb / 1024) *
    prices.provisionedDurationGbSecond;
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    memoryMb,
    startMs: rounded(
      of(({ start }) => start.ms),
      0,
    ),
    startCpuMs: rounded(
      of(({ start }) => start.cpuMs),
      0,
    ),
    firstRequestMs: rounded(
      of(({ firstRequest }) => firstRequest.ms),
      0,
    ),
    newTenantMs: rounded(
      of(({ newTenants }) => mean(newTenants, ({ ms }) => ms)),
      1,
    ),
    warmMs: rounded(
      of(({ warm }) => mean(warm, ({ ms }) => ms)),
      2,
    ),
    newTenantsPerMillion: rounded(
      perMillion(({ newTenants }) => newTenants),
      3,
    ),
    warmPerMillion: rounded(
      perMillion(({ warm }) => warm),
      3,
    ),
    provisionedPerMonth: rounded(provisionedPerMonth(memoryMb), 2),
    rssMb: rounded(
      of(({ rssMb }) => rssMb),
      0,
    ),
  };
}

/** Of one environment, for 730 hours. */
function provisionedPerMonth(memoryMb: number): number {
  return (memoryMb / 1024) * 730 * 3_600 * prices.provisionedConcurrencyGbSecond;
}
