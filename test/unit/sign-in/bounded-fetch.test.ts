// Requests to the identity provider: to https alone, within a time and a size, and to nowhere else than was asked.
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { boundedFetch, isFetchable } from '../../../service/sign-in/bounded-fetch.ts';
import { useOneServer } from '../../support/one-server.ts';

const serving = useOneServer();
const patient = { timeoutMs: 240_000, longest: 1_000, allowHttpOnLoopback: true };

describe('an address', () => {
  it.each([
    ['https://idp.example.com/keys', true, true],
    ['https://10.0.0.1/keys', true, true],
    ['http://127.0.0.1:4570/keys', false, true],
    ['http://localhost/keys', false, true],
    ['http://[::1]:1/keys', false, true],
    ['http://127.0.0.2/keys', false, false],
    ['http://127.0.0.1.example.com/keys', false, false],
    ['http://idp.example.com/keys', false, false],
    ['http://169.254.169.254/latest/meta-data', false, false],
    ['https://ada:canary@idp.example.com/keys', false, false],
    ['https://idp.example.com/keys#part', false, false],
    ['file:///etc/passwd', false, false],
    ['data:application/json,{}', false, false],
    ['/keys', false, false],
    ['', false, false],
  ])('%s: %s, in the sandbox %s', (address, isAsked, isAskedInSandbox) => {
    expect([isFetchable(address, false), isFetchable(address, true)]).toEqual([isAsked, isAskedInSandbox]);
  });

  it('that is not asked is not asked', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      asked += 1;
      response.end();
    });
    await expect(boundedFetch({ timeoutMs: 240_000 })(url)).rejects.toThrow('the address is not https');
    expect(asked).toBe(0);
  });
});

describe('an answer', () => {
  it('is there as a whole, with its status and headers', async () => {
    const url = await serving((_, response) =>
      response.writeHead(418, { 'content-type': 'application/json' }).end('{"a":1}'),
    );
    const answer = await boundedFetch(patient)(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([418, 'application/json']);
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it('may have no body', async () => {
    const url = await serving((_, response) => response.writeHead(204).end());
    expect(await (await boundedFetch(patient)(url)).text()).toBe('');
  });

  it('has the bytes that are allowed, and not one more, whatever its length says', async () => {
    const url = await serving((request, response) => {
      response.write('x'.repeat(999));
      response.end(request.url === '/more' ? 'xx' : 'x');
    });
    expect(await (await boundedFetch(patient)(url)).text()).toHaveLength(1_000);
    await expect(boundedFetch(patient)(`${url}more`)).rejects.toThrow('the answer has more than 1000 bytes');
  });

  it('is of the address that was asked: no redirect is followed', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serving((request, response) => {
      asked.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(boundedFetch(patient)(url, { redirect: 'follow' })).rejects.toThrow();
    expect(asked).toEqual(['/']);
  });

  it.each<[string, RequestListener]>([
    ['begins', () => undefined],
    ['ends', (_, response) => response.writeHead(200).write('x')],
  ])('is not waited for longer than it may take, where it never %s', async (_, listener) => {
    const url = await serving(listener);
    await expect(boundedFetch({ ...patient, timeoutMs: 50 })(url)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});
