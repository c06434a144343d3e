// What does data access cost: its start beside the plain broker's, its size, and a request for data that is kept?
import type { DataRequestInput } from './measured/data-request.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { aboveNode, type Start, timeStarts, withoutCredentials } from './support/starts.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

type Extent = Pick<DataRequestInput, 'warmUps' | 'rounds' | 'roundMs'> & { readonly starts: number };
const extents: Record<Form, Extent> = {
  full: { warmUps: 20_000, rounds: 31, roundMs: 200, starts: 41 },
  quick: { warmUps: 5_000, rounds: 5, roundMs: 100, starts: 15 },
  smoke: { warmUps: 10, rounds: 2, roundMs: 1, starts: 1 },
};

const MAX_BUNDLE_KB = 700;

export const dataAccess: Question = {
  name: 'data-access',
  title:
    'A broker with data access: its start beside the plain one’s, and data from the cache beside credentials from it',
  needsWakefulCores: true,
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const { starts: amount, ...extent } = extents[form];
    const { bundlePath, bundleBytes, variables } = deployed.dataAccess;
    const starts: Record<string, Start> = {
      node: { variables: withoutCredentials(deployed) },
      plain: { module: deployed.bundlePath, variables: withoutCredentials(deployed) },
      'with data access': { module: bundlePath, variables: withoutCredentials(deployed.dataAccess) },
    };
    const started = timeStarts(starts, amount);
    const above = aboveNode(started);
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    try {
      const input: DataRequestInput = { bundlePath, plainBundlePath: deployed.bundlePath, key, ...extent };
      const { result, lines } = await measure<{ times: Times }>('data-request', input, {
        variables: { ...variables, ...standIns.variables },
      });
      const { times } = result;
      return {
        findings: [
          atMost('data from the cache', ratio(times, 'data', 'credentials'), 2, '× a warm request'),
          atMost('data from the cache', ratio(times, 'data', 'plain'), 2, '× the plain one’s'),
          atMost(
            'start with data access',
            ratio(above, 'with data access', 'plain'),
            1.2,
            '× the plain one’s',
          ),
          atMost('size of the bundle', bundleBytes / 1000, MAX_BUNDLE_KB, 'KB'),
        ],
        details: [
          ...Object.entries(above).map(([name, values]) => `${name}: ${shown(median(values))} ms above node`),
          ...Object.entries(times).map(([name, values]) => `${name}: ${shown(median(values))} µs`),
          `credentials from the cache: ${shown(ratio(times, 'credentials', 'plain').value)} × the plain one’s`,
          `the plain bundle: ${shown(deployed.bundleBytes / 1000)} KB`,
          `calls while measuring: ${JSON.stringify(await standIns.counts())}; ${lines} lines logged`,
        ],
        raw: { started, times },
      };
    } finally {
      await standIns.stop();
    }
  },
};
