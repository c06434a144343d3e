// Sends the handler the tokens of many tenants, and weighs the heap from time to time; needs `--expose-gc`.
import { setImmediate } from 'node:timers/promises';
import { answer, inputOf } from '../support/function-process.ts';
import { openTokens, type TokenFile } from '../support/token-file.ts';
import { beginTrace, credentialsEvent, expectCredentials, loadHandler } from './requests.ts';

export interface HeapInput {
  readonly bundlePath: string;
  readonly tokens: TokenFile;
  readonly applications: number;
  readonly requestsPerTenant: number;
  /** Between two requests of a tenant come those of so many others, times `requestsPerTenant`. */
  readonly stride: number;
  /** How often the heap is weighed while they are sent. */
  readonly points: number;
}

/** After a full garbage collection, in bytes. */
export interface HeapPoint {
  readonly requests: number;
  readonly heapUsed: number;
  /** Outside of the heap, for buffers. */
  readonly external: number;
  /** All that the process occupies. */
  readonly rss: number;
}

const { bundlePath, tokens, applications, requestsPerTenant, stride, points } = await inputOf<HeapInput>();
const handler = await loadHandler(bundlePath);
const tokenOf = openTokens(tokens);
const requests = tokens.tenants * requestsPerTenant;

const weighed = [await weigh(0)];
for (let number = 0; number < requests; number += 1) {
  const newest = Math.floor(number / requestsPerTenant);
  const tenant = (newest + (number % requestsPerTenant) * stride) % tokens.tenants;
  beginTrace();
  await expectCredentials(handler, credentialsEvent(tokenOf(tenant), `App${tenant % applications}`));
  await setImmediate();
  if ((number + 1) % (requests / points) === 0) weighed.push(await weigh(number + 1));
}
answer({ points: weighed });

async function weigh(sent: number): Promise<HeapPoint> {
  const { gc } = globalThis;
  if (!gc) throw new Error('start node with --expose-gc');
  // What the first collection finalizes, the second one frees.
  gc();
  await setImmediate();
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { requests: sent, heapUsed, external, rss };
}
