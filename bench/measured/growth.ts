// Times warm requests beside more and more of what is cached, and with longer and longer tokens.
import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { answer, inputOf } from '../support/function-process.ts';
import { median } from '../support/rounds.ts';
import { openTokens, type TokenFile } from '../support/token-file.ts';
import { beginTrace, credentialsEvent, expectCredentials, type Handler } from './requests.ts';

export interface GrowthInput {
  readonly bundlePath: string;
  readonly tokens: TokenFile;
  /** How many tenants, and how many registrations with a tenant each, are cached. */
  readonly tenants: readonly number[];
  readonly registrations: readonly number[];
  /** Tokens of the lengths to be measured. */
  readonly tokensByLength: readonly string[];
  readonly warmUps: number;
  readonly rounds: number;
  readonly roundMs: number;
}

/** Of one task in one round. The median leaves out who was interrupted, be it by the garbage collector. */
export interface RoundTime {
  /** Median and mean microseconds of the runs that waited for nothing outside of the process. */
  readonly median: number;
  readonly mean: number;
  readonly runs: number;
  /** Runs that waited: for a lease of the usage plan. */
  readonly waited: number;
}

/** By task (`tenants 10`, `registrations 100`, `length 512`, `sha256 512`), in the order of the rounds. */
export type GrowthTimes = Record<string, RoundTime[]>;

interface Task {
  /** What the next run is given; not timed. */
  readonly next: () => unknown;
  readonly run: (input: never) => unknown;
}

const { bundlePath, tokens, tenants, registrations, tokensByLength, warmUps, rounds, roundMs } =
  await inputOf<GrowthInput>();
const tokenOf = openTokens(tokens);
const OVERLAPPING = 16;
/** Calls after which an application's leases are so large that few of its requests wait for one. */
const UNTIL_LEASED = 20;

// Time stands still for the function: no lease of a usage plan ends, and nothing that is cached gets stale.
const startedAt = Date.now();
Date.now = () => startedAt;

const random = seededRandom(1);

const tasks: Record<string, Task> = {};
for (const count of tenants) {
  tasks[`tenants ${count}`] = await requestsOf(count, (index) => credentialsEvent(tokenOf(index)));
}
for (const count of registrations) {
  tasks[`registrations ${count}`] = await requestsOf(
    count,
    (index) => credentialsEvent(tokenOf(index), `App${index}`),
    UNTIL_LEASED,
  );
}
// One instance for all lengths: how well V8 has optimized one differs from another by more than the length does.
const forLengths = await startInstance(Object.keys(tasks).length);
for (const token of tokensByLength) {
  // As new as in an event: no string that has been flattened or hashed before.
  const copy = () => Buffer.from(token).toString('latin1');
  tasks[`length ${token.length}`] = await requestsOf(1, () => credentialsEvent(copy()), 1, forLengths);
  tasks[`sha256 ${token.length}`] = { next: copy, run: (text: string) => hash('sha256', text, 'hex') };
}

const times: GrowthTimes = {};
for (const task of Object.values(tasks)) for (let run = 0; run < warmUps; run += 1) await timed(task);
for (let round = 0; round < rounds; round += 1) {
  for (const [name, task] of Object.entries(tasks)) {
    times[name] ??= [];
    times[name].push(await timeRound(task));
  }
}
answer({ times });

/** Warm requests in random order, to an instance of the function that has seen these, so often, and no others. */
async function requestsOf(
  count: number,
  eventOf: (index: number) => unknown,
  calls = 1,
  instance?: Handler,
): Promise<Task> {
  const handler = instance ?? (await startInstance(Object.keys(tasks).length));
  for (let call = 0; call < calls; call += 1) {
    for (let first = 0; first < count; first += OVERLAPPING) {
      const length = Math.min(OVERLAPPING, count - first);
      await Promise.all(
        Array.from({ length }, (_, offset) => expectCredentials(handler, eventOf(first + offset))),
      );
    }
  }
  return {
    next: () => eventOf(Math.floor(random() * count)),
    run: (event: unknown) => expectCredentials(handler, event),
  };
}

/** The module once more, with caches of its own. */
async function startInstance(number: number): Promise<Handler> {
  return (await import(`${pathToFileURL(bundlePath).href}?instance=${number}`)).handler;
}

async function timeRound(task: Task): Promise<RoundTime> {
  const end = performance.now() + roundMs;
  const times: number[] = [];
  let waited = 0;
  while (times.length === 0 || performance.now() < end) {
    const time = await timed(task);
    if (time === undefined) waited += 1;
    else times.push(time);
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { median: median(times), mean, runs: times.length, waited };
}

/** Microseconds of one run; nothing where it waited for an answer from outside. */
async function timed({ next, run }: Task): Promise<number | undefined> {
  await nextTurn();
  beginTrace();
  const input = next() as never;
  let hasWaited = false;
  // Runs when no promise is left to be settled but by an answer from outside.
  process.nextTick(() => {
    hasWaited = true;
  });
  const start = process.hrtime.bigint();
  await run(input);
  const end = process.hrtime.bigint();
  return hasWaited ? undefined : Number(end - start) / 1000;
}
