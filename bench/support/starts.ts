// Starts of execution environments: a process for each, from bare node to a handler that is ready.
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DeployedBundle } from './deployed-function.ts';
import type { Times } from './rounds.ts';

export type Variables = Readonly<Record<string, string>>;

export interface Start {
  /** Path of what is imported; none: node alone. */
  readonly module?: string;
  readonly variables: Variables;
}

/** Milliseconds until ready of every start in every round, each in a process of its own. */
export function timeStarts(starts: Readonly<Record<string, Start>>, rounds: number): Times {
  const times: Times = Object.fromEntries(Object.keys(starts).map((name) => [name, []]));
  const load = fileURLToPath(new URL('../measured/load.mjs', import.meta.url));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { module, variables }] of Object.entries(starts)) {
      const output = execFileSync(process.execPath, [load, ...(module ? [pathToFileURL(module).href] : [])], {
        env: variables,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      times[name]?.push(Number(/ready after ([\d.]+)$/.exec(output)?.[1]));
    }
  }
  return times;
}

/** What each took longer than node alone, in the same round. */
export function aboveNode({ node = [], ...others }: Times): Times {
  return Object.fromEntries(
    Object.entries(others).map(([name, values]) => [
      name,
      values.map((value, round) => value - (node[round] ?? Number.NaN)),
    ]),
  );
}

/** Nothing can be asked without: the first call of STS ends before it is sent. */
export function withoutCredentials({ variables }: DeployedBundle): Variables {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...others } = variables;
  return others;
}
