// The process that fetching-process.ts starts: runs httpsFetcher for every message.
import { httpsFetcher } from '../../service/tokens/jwk-sets.ts';
import type { Fetched } from './fetching-process.ts';

async function run(url: string, timeoutMs: number): Promise<Fetched> {
  try {
    const body = await httpsFetcher({ timeoutMs })(url);
    return { length: body.byteLength, text: Buffer.from(body.subarray(0, 100)).toString() };
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    return { error: [name, message, cause?.code ?? cause?.message].filter(Boolean).join(' ') };
  }
}

process.on('message', async ({ url, timeoutMs }: { url: string; timeoutMs: number }) => {
  process.send?.(await run(url, timeoutMs));
});
process.send?.('ready');
