// The demo's HTTP client: a name that no resolver knows is found where `resolve` says, and stays the Host.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../../../client/http-client.ts';

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
    const { status, text, headers } = await send(
      call(`http://broker.invalid:${port}/credentials?a=1`),
      `broker.invalid:${port}:127.0.0.1`,
    );

    expect({ status, text }).toEqual({ status: 418, text: `GET broker.invalid:${port}/credentials?a=1` });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('finds its name in any case', async () => {
    const { status } = await send(call(`http://Broker.Invalid:${port}/`), `BROKER.invalid:${port}:127.0.0.1`);

    expect(status).toBe(418);
  });

  test.each([
    ['another name', 'elsewhere.invalid', 0],
    ['another port', 'nowhere.invalid', 1],
  ])('ignores an entry for %s', async (_, name, offset) => {
    // A name of its own: a connection that is kept alive needs no address.
    const sent = send(call(`http://nowhere.invalid:${port}/`), `${name}:${port + offset}:127.0.0.1`);

    await expect(sent).rejects.toThrow(/nowhere\.invalid/);
  });

  test('refuses an entry that is none', () => {
    expect(() => send(call(`http://broker.invalid:${port}/`), '127.0.0.1')).toThrow(
      '127.0.0.1 is not NAME:PORT:ADDRESS',
    );
  });
});
