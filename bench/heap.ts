// Is the heap bounded, whatever number of tenants and requests an execution environment has seen?
import { EnvironmentVariable } from '../service/broker/environment.ts';
import type { HeapInput, HeapPoint } from './measured/heap.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTenantKey, writeTokens } from './support/token-file.ts';

/** Of the full form. */
const shares: Record<Form, number> = { full: 1, quick: 250, smoke: 1_000 };
const POINTS = 20;
const REQUESTS_PER_TENANT = 10;
const MB = 1024 * 1024;
/**
 * What an entry of both caches takes: a session, of whose 2 KB half is STS's session token (960 characters here; with
 * the 4,096 that it may have, 5 KB), and half a KB for a verified token with the one claim that is kept of it.
 */
const ENTRY_BYTES = 2_560;
/** What the first requests compile and set up, once. */
const SET_UP_BYTES = 10 * MB;
const MOST_GROWTH_PERCENT = 5;

export const heap: Question = {
  name: 'heap',
  title: 'Heap after 100,000 tenants and 1,000,000 requests',
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    // All in one proportion: the caches hold a tenth of the tenants.
    const share = shares[form];
    const tenants = 100_000 / share;
    const maxCachedSessions = 10_000 / share;
    const key = generateTenantKey();
    const tokens = writeTokens(key, tenants);
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    try {
      const input: HeapInput = {
        bundlePath: deployed.bundlePath,
        tokens,
        applications: 10,
        requestsPerTenant: REQUESTS_PER_TENANT,
        stride: Math.floor(maxCachedSessions / 100),
        points: POINTS,
      };
      const { result, lines } = await measure<{ points: HeapPoint[] }>('heap', input, {
        variables: {
          ...deployed.variables,
          ...standIns.variables,
          [EnvironmentVariable.maxCachedSessions]: String(maxCachedSessions),
        },
        nodeOptions: ['--expose-gc'],
        output: 'pipe',
      });
      const { points } = result;
      const [idle, ...loaded] = points as [HeapPoint, ...HeapPoint[]];
      const [half, ...secondHalf] = loaded.slice(POINTS / 2 - 1) as [HeapPoint, ...HeapPoint[]];
      const heapUsed = ({ heapUsed }: HeapPoint) => heapUsed;
      const highest = highestOf(loaded, heapUsed);
      const memoryMb = Number(deployed.variables['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']);
      return {
        findings: [
          atMost(
            'highest heap above that of an idle environment',
            (highest - idle.heapUsed) / MB,
            Math.round((maxCachedSessions * ENTRY_BYTES + SET_UP_BYTES) / MB),
            'MB',
          ),
          atMost(
            'highest of the process as a whole',
            highestOf(points, ({ rss }) => rss) / MB,
            memoryMb,
            'MB',
          ),
          atMost(
            'growth of the heap over the second half',
            (highestOf(secondHalf, heapUsed) / half.heapUsed - 1) * 100,
            MOST_GROWTH_PERCENT,
            '%',
          ),
        ],
        details: [
          `${tenants} tenants, ${tenants * REQUESTS_PER_TENANT} requests, ${maxCachedSessions} sessions and as many tokens kept${share === 1 ? '' : `: one in ${share} of the full form`}`,
          `heap in MB, idle and after every twentieth of the requests: ${points.map((point) => (point.heapUsed / MB).toFixed(1)).join(', ')}`,
          `buffers outside of the heap: ${shown(highestOf(points, ({ external }) => external) / MB)} MB at most`,
          `calls: ${JSON.stringify(await standIns.counts())}; ${lines} lines logged`,
        ],
        raw: { points },
      };
    } finally {
      await standIns.stop();
      tokens.remove();
    }
  },
};

function highestOf(points: readonly HeapPoint[], figure: (point: HeapPoint) => number): number {
  return Math.max(...points.map(figure));
}
