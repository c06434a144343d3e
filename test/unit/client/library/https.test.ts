// The library's own HTTP: whole answers, in time, from nowhere but where it asked.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { send } from '../../../../client/library/https.ts';
import { SessionBroker } from '../../../../client/library/index.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listening(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

/** One attempt, which gives up soon. */
const codeFrom = (endpoint: string, timeoutMs: number) =>
  new SessionBroker({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    timeoutMs,
    budgetMs: 1_000,
  })
    .credentials('jwt')
    .catch(({ code, message }) => ({ code, message }));

describe('a request', () => {
  it('is sent as it is, and answered with status, headers and text', async () => {
    const url = await listening((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        response
          .writeHead(418, { 'Retry-After': '7' })
          .end(`${request.method} ${request.headers['x-a']} ${body}`);
      });
    });
    const answer = await send({ url, method: 'PUT', headers: { 'x-a': 'b' }, body: 'c', timeoutMs: 60_000 });
    expect(answer).toMatchObject({ status: 418, headers: { 'retry-after': '7' }, text: 'PUT b c' });
  });

  it('is sent nowhere else by a redirect', async () => {
    let requests = 0;
    const url = await listening((_, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await codeFrom(url, 60_000)).toMatchObject({ code: 'UnexpectedAnswer' });
    expect(requests).toBe(1);
  });
});

describe('no answer in time', () => {
  const late = { code: 'NoAnswer', message: 'the broker did not answer: not in time' };

  it('is one that never begins', async () => {
    expect(await codeFrom(await listening(() => {}), 50)).toEqual(late);
  });

  it('is one that never ends', async () => {
    const url = await listening((_, response) => response.writeHead(200).write('{'));
    expect(await codeFrom(url, 50)).toEqual(late);
  });
});

describe('no answer', () => {
  it('is one that is cut', async () => {
    const url = await listening((_, response) => response.destroy());
    expect(await codeFrom(url, 60_000)).toMatchObject({
      code: 'NoAnswer',
      message: expect.stringContaining('ECONNRESET'),
    });
  });
});
