// Credentials for tokens: shared, renewed in time, served on while the broker fails, and ended by a denial.
import { describe, expect, it } from 'vitest';
import { LibraryBroker, MINUTE, refusal } from '../../../support/library-broker.ts';

const down = refusal(503, 'StsUnavailable', 1);

describe('one token', () => {
  it('costs one request, however many callers ask at once', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    const all = await Promise.all(Array.from({ length: 500 }, () => broker.credentials('jwt')));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['key-1']));
    expect(fake.requests).toHaveLength(1);
  });

  it('is sent in the body of a signed POST, never in the URL', async () => {
    const fake = new LibraryBroker();
    await fake.client().credentials('jwt');
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://broker.example.com/credentials',
      body: '{"JWT":"jwt"}',
      headers: { authorization: expect.stringContaining('/eu-west-1/execute-api/aws4_request') },
    });
  });

  it('that is refused is refused to all who asked, in one request', async () => {
    const fake = new LibraryBroker();
    fake.script = () => refusal(403, 'TokenExpired');
    const broker = fake.client();
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => broker.credentials('jwt')));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(fake.requests).toHaveLength(1);
  });

  it('gets every caller a copy: what one writes into it, no other sees', async () => {
    const broker = new LibraryBroker().client();
    Object.assign(await broker.credentials('jwt'), { accessKeyId: 'mine', $source: {} });
    expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-1' });
    expect(await broker.credentials('jwt')).not.toHaveProperty('$source');
  });

  it.each([undefined, '', 7])('that is %j is no token', async (token) => {
    const fake = new LibraryBroker();
    await expect(fake.client().credentials(token as string)).rejects.toThrow(/^token: must be a string/);
    expect(fake.requests).toEqual([]);
  });
});

describe('renewal', () => {
  it.each([
    ['ten minutes before an hour ends', 60, 50],
    ['ten minutes before forty end', 40, 30],
    ['a quarter before twenty end', 20, 15],
    ['a quarter before eight end', 8, 6],
  ])('comes %s, not sooner', async (_, lifeMinutes, renewedAfter) => {
    const fake = new LibraryBroker();
    fake.lifeMs = lifeMinutes * MINUTE;
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(renewedAfter * MINUTE - 1);
    expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-1' });
    fake.pass(1);
    expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-2' });
    expect(fake.requests).toHaveLength(2);
  });

  it('is shared too', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    await Promise.all(Array.from({ length: 100 }, () => broker.credentials('jwt')));
    expect(fake.requests).toHaveLength(2);
  });

  it.each([
    ['is 503', down],
    ['is 429', refusal(429, 'TooManyRequests', 1)],
    ['fails in itself', refusal(500, 'InternalError')],
    ['is none', { failure: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }],
    ['is no JSON', { body: '<html>' }],
  ])('whose answer %s leaves what is there, and is tried once in ten seconds', async (_, answer) => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    const { expiration } = await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    fake.script = () => answer;
    for (let n = 0; n < 5; n += 1) {
      expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-1', expiration });
    }
    expect(fake.requests).toHaveLength(2);
    expect(fake.waits).toEqual([]);
    fake.pass(10_000);
    await broker.credentials('jwt');
    expect(fake.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After says', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    fake.script = () => refusal(503, 'StsUnavailable', 60);
    await broker.credentials('jwt');
    fake.pass(59_999);
    await broker.credentials('jwt');
    expect(fake.requests).toHaveLength(2);
    fake.pass(1);
    await broker.credentials('jwt');
    expect(fake.requests).toHaveLength(3);
  });

  it('keeps nobody waiting longer than three seconds', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    await broker.credentials('jwt');
    expect(fake.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 3_000]);
  });

  it('that is denied ends what is there', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    fake.script = () => refusal(403, 'TokenExpired');
    await expect(broker.credentials('jwt')).rejects.toMatchObject({ code: 'TokenExpired' });
    fake.script = () => down;
    await expect(broker.credentials('jwt')).rejects.toMatchObject({ code: 'StsUnavailable' });
  });

  it('whose key is being looked up leaves what is there until it has been', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.pass(50 * MINUTE);
    fake.script = () => refusal(403, 'TokenKeyNotFound', 3);
    expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-1' });
    fake.pass(3_000);
    fake.script = () => refusal(403, 'TokenKeyNotFound');
    await expect(broker.credentials('jwt')).rejects.toMatchObject({ code: 'TokenKeyNotFound' });
  });
});

describe('credentials that expire', () => {
  it('are served until ten seconds before, and never after', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    await broker.credentials('jwt');
    fake.script = () => down;
    fake.pass(60 * MINUTE - 10_001);
    expect(await broker.credentials('jwt')).toMatchObject({ accessKeyId: 'key-1' });
    fake.pass(1);
    await expect(broker.credentials('jwt')).rejects.toMatchObject({ code: 'StsUnavailable' });
  });

  it('while somebody waits for another’s answer are asked for anew', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    let answer: () => void = () => {};
    fake.script = () =>
      new Promise((resolve) => {
        const credentials = fake.credentials();
        answer = () => resolve(credentials);
      });
    const first = broker.credentials('jwt');
    await expect.poll(() => fake.requests.length).toBe(1);
    const joined = broker.credentials('jwt');
    fake.script = () => fake.credentials();
    fake.pass(61 * MINUTE);
    answer();
    await first;
    expect(await joined).toMatchObject({ accessKeyId: 'key-2' });
  });
});

describe('many tokens', () => {
  it('have credentials of their own, and a request each', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client();
    const yellow = broker.forToken('yellow');
    const blue = broker.forToken(async () => 'blue');
    const keys = [await yellow(), await blue(), await yellow(), await blue()];
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-1', 'key-2', 'key-1', 'key-2']);
  });

  it('are never served another’s, while the broker fails either', async () => {
    const fake = new LibraryBroker();
    let token = 'yellow';
    const provider = fake.client({ budgetMs: 1_000 }).forToken(() => token);
    await provider();
    token = 'blue';
    fake.script = () => down;
    await expect(provider()).rejects.toMatchObject({ code: 'StsUnavailable' });
  });

  it('are kept up to a bound: those used least recently are forgotten', async () => {
    const fake = new LibraryBroker();
    const broker = fake.client({ maxTokens: 2 });
    for (const token of ['a', 'b', 'a', 'c', 'a', 'c']) await broker.credentials(token);
    expect(fake.requests).toHaveLength(3);
    await broker.credentials('b');
    expect(fake.requests).toHaveLength(4);
  });
});
