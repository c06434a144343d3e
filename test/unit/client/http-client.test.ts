// The HTTP client: a name that no resolver knows is found where `resolve` says; what does not answer is named, and in time.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SendOptions, send } from '../../../client/http-client.ts';
import { holdTimers } from '../../support/patience.ts';

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.statusCode = 418;
    response.end(`${request.method} ${request.headers.host}${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const call = (url: string) => ({ url, method: 'GET', headers: {} });

describe('a request', () => {
  test('goes to the address of its entry, with the name as Host', async () => {
    const { status, text, headers } = await send(call(`http://broker.invalid:${port}/credentials?a=1`), {
      resolve: `broker.invalid:${port}:127.0.0.1`,
    });

    expect({ status, text }).toEqual({ status: 418, text: `GET broker.invalid:${port}/credentials?a=1` });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('finds its name in any case', async () => {
    const { status } = await send(call(`http://Broker.Invalid:${port}/`), {
      resolve: `BROKER.invalid:${port}:127.0.0.1`,
    });

    expect(status).toBe(418);
  });

  test.each([
    ['another name', 'elsewhere.invalid', 0],
    ['another port', 'nowhere.invalid', 1],
  ])('ignores an entry for %s', async (_, name, offset) => {
    // A name of its own: a connection that is kept alive needs no address.
    const sent = send(call(`http://nowhere.invalid:${port}/`), {
      resolve: `${name}:${port + offset}:127.0.0.1`,
    });

    await expect(sent).rejects.toThrow(/nowhere\.invalid/);
  });

  test('refuses an entry that is none', () => {
    expect(() => send(call(`http://broker.invalid:${port}/`), { resolve: '127.0.0.1' })).toThrow(
      '127.0.0.1 is not NAME:PORT:ADDRESS',
    );
  });
});

describe('a request that is not answered', () => {
  const canary = '?jwt=canary';
  const failureOf = async (url: string, options?: SendOptions) =>
    send(call(url), options).then(
      () => 'an answer',
      ({ name, message }: Error) => `${name}: ${message}`,
    );

  test.each([
    ['by itself', '127.0.0.1', ''],
    ['as what its name resolves to', 'refused.invalid', ' (127.0.0.1)'],
  ])('tells the address that refuses it %s', async (_, host, address) => {
    const closed = await closedPort();
    const options = { resolve: `refused.invalid:${closed}:127.0.0.1` };
    expect(await failureOf(`http://${host}:${closed}/credentials${canary}`, options)).toBe(
      `NoAnswer: no connection to http://${host}:${closed}${address}: ECONNREFUSED`,
    );
  });

  test('tells a name that has no address', async () => {
    expect(await failureOf(`https://nowhere.invalid/${canary}`)).toMatch(
      /^NoAnswer: no address for https:\/\/nowhere\.invalid: E\w+$/,
    );
  });

  test('tells an answer without an end, and reads no more of it', async () => {
    const chunk = Buffer.alloc(1 << 20, 'a');
    const endless = createServer((_, response) => {
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      endless.closeAllConnections();
      endless.close();
    });
    const { port: open } = endless.address() as AddressInfo;
    expect(await failureOf(`http://127.0.0.1:${open}/${canary}`)).toBe(
      `NoAnswer: no answer from http://127.0.0.1:${open}: more than 8,388,608 bytes`,
    );
  });

  test('tells that it was TLS that failed, and with whom', async () => {
    const options = { resolve: `plain.invalid:${port}:127.0.0.1` };
    expect(await failureOf(`https://plain.invalid:${port}/${canary}`, options)).toMatch(
      new RegExp(`^NoAnswer: no TLS with https://plain\\.invalid:${port} \\(127\\.0\\.0\\.1\\): E\\w+$`),
    );
  });

  test.each<[string, SendOptions, number, (response: ServerResponse) => void]>([
    ['with no answer', {}, 10_000, () => {}],
    ['with half an answer', { timeoutMs: 500 }, 500, (response) => response.writeHead(200).write('{')],
  ])('ends %s when its time is up, and not before', async (_, options, timeoutMs, answer) => {
    onTestFinished(holdTimers());
    let timersLeft = 0;
    const hanging = createServer((_, response) => {
      answer(response);
      vi.advanceTimersByTime(timeoutMs - 1);
      timersLeft = vi.getTimerCount();
      vi.advanceTimersByTime(1);
    });
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      hanging.closeAllConnections();
      hanging.close();
    });
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    expect(await failureOf(`${url}/credentials${canary}`, options)).toBe(
      `NoAnswer: no answer from ${url}: nothing within ${timeoutMs} ms`,
    );
    expect(timersLeft).toBe(1);
  });
});

/** Of a server that was there a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
