// The process that fetching-process.ts starts: runs httpsFetcher for every message.
import { httpsFetcher } from '../../service/tokens/https-fetcher.ts';
import type { Fetched, Fetching } from './fetching-process.ts';

async function run({ url, timeoutMs, isNamed }: Fetching): Promise<Fetched> {
  try {
    const body = await httpsFetcher({ timeoutMs })(url, { isNamed });
    return { length: body.byteLength, text: Buffer.from(body.subarray(0, 100)).toString() };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { error: [name, typeof code === 'string' ? code : message].join(' ') };
  }
}

process.on('message', async (fetching: Fetching) => {
  process.send?.(await run(fetching));
});
process.send?.('ready');
