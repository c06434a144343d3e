// The table of short-lived state: what counts once, for how long, and what happens while DynamoDB fails.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PENDING_MS, PendingSignIns } from '../../../service/sign-in/pending-sign-ins.ts';
import { ShortLivedTable } from '../../../service/sign-in/short-lived-table.ts';
import { TakenOnce } from '../../../service/sign-in/taken-once.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { MemoryTable } from '../../support/saml/memory-table.ts';

let database: DynamoDbTable;
let clock: FrozenClock;

beforeAll(async () => {
  database = await DynamoDbTable.start('SignIns', 'Key');
});
afterAll(() => database.stop());
beforeEach(() => {
  clock = frozenClock();
});
afterEach(() => database.reset());

const request = { id: '_request', forceAuthn: 'false' };
const wayBack = { path: '/dba?region=eu-west-1', isAsked: true };
const begun = { method: 'saml', request, wayBack } as const;
const shortLived = () => new ShortLivedTable(database.client, database.name, clock.now);

describe.each([
  ['in DynamoDB', () => shortLived()],
  ['in memory, as tests have it', () => new MemoryTable(clock.now)],
])('short-lived state %s', (_, create) => {
  it('gives a sign-in back once, and only for its secret', async () => {
    const signIns = new PendingSignIns(create(), clock.now);
    const [secret, other] = [await signIns.begin(begun), await signIns.begin(begun)];
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secret).not.toBe(other);
    await expect(signIns.take('saml', `${secret.slice(0, -1)}_`)).rejects.toMatchObject({
      code: 'SignInNotBegun',
    });
    expect(await signIns.take('saml', secret)).toEqual({ ...begun, begunAt: clock.now() });
    await expect(signIns.take('saml', secret)).rejects.toMatchObject({ code: 'SignInNotBegun' });
  });

  it('keeps a sign-in for five minutes, whatever DynamoDB has deleted', async () => {
    const signIns = new PendingSignIns(create(), clock.now);
    const [early, late] = [await signIns.begin(begun), await signIns.begin(begun)];
    clock.advance(PENDING_MS - 1);
    expect((await signIns.take('saml', early)).request).toEqual(request);
    clock.advance(1);
    await expect(signIns.take('saml', late)).rejects.toMatchObject({ code: 'SignInNotBegun' });
  });

  it('does not take one method’s sign-in for another’s, and ends it', async () => {
    const signIns = new PendingSignIns(create(), clock.now);
    const secret = await signIns.begin(begun);
    await expect(signIns.take('oidc', secret)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    await expect(signIns.take('saml', secret)).rejects.toMatchObject({ code: 'SignInNotBegun' });
  });

  it('gives back nothing that has ended, by itself', async () => {
    const table = create();
    await table.add('kind', 'secret', clock.now() + 1_000);
    clock.advance(1_000);
    expect(await table.take('kind', 'secret')).toBeUndefined();
  });

  it('takes an id once until its end, for each issuer', async () => {
    const taken = new TakenOnce(create());
    const until = clock.now() + 1_500;
    expect(await taken.take('https://a', '_1', until)).toBe(true);
    expect(await taken.take('https://b', '_1', until)).toBe(true);
    expect(await taken.take('https://a","_1', '', until)).toBe(true);
    expect(await taken.take('https://a', '_1', until)).toBe(false);
    clock.advance(1_499);
    expect(await taken.take('https://a', '_1', until)).toBe(false);
    clock.advance(501);
    expect(await taken.take('https://a', '_1', clock.now() + 1)).toBe(true);
  });

  it('takes an id once, whoever else takes it at the same time', async () => {
    const taken = new TakenOnce(create());
    const all = await Promise.all(
      Array.from({ length: 20 }, () => taken.take('a', 'b', clock.now() + 60_000)),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
  });

  it('gives a sign-in to one of many who bring its cookie', async () => {
    const signIns = new PendingSignIns(create(), clock.now);
    const secret = await signIns.begin(begun);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => signIns.take('saml', secret)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the table', () => {
  it('holds no cookie and no id, but their hashes', async () => {
    const secret = await new PendingSignIns(shortLived(), clock.now).begin(begun);
    await new TakenOnce(shortLived()).take('https://idp.example.com', '_assertion-1', clock.now() + 60_000);
    const text = JSON.stringify(await database.items());
    for (const plain of [secret, '_assertion-1', 'idp.example.com']) expect(text).not.toContain(plain);
    expect(await database.items()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Key: expect.stringMatching(/^sign-in#[\w-]{43}$/),
          ExpiresAt: (clock.now() + PENDING_MS) / 1000,
        }),
        expect.objectContaining({
          Key: expect.stringMatching(/^taken#[\w-]{43}$/),
          ExpiresAt: clock.now() / 1000 + 60,
        }),
      ]),
    );
  });
});

describe('while DynamoDB fails', () => {
  const signIns = () => new PendingSignIns(shortLived(), clock.now);
  const unavailable = { code: 'StateUnavailable', statusCode: 503 };

  it('no sign-in begins, none is finished, and no id is taken', async () => {
    const secret = await signIns().begin(begun);
    database.down = true;
    await expect(signIns().begin(begun)).rejects.toMatchObject(unavailable);
    await expect(signIns().take('saml', secret)).rejects.toMatchObject(unavailable);
    await expect(new TakenOnce(shortLived()).take('a', 'b', clock.now() + 1)).rejects.toMatchObject(
      unavailable,
    );
    database.down = false;
    expect((await signIns().take('saml', secret)).request).toEqual(request);
  });

  it('for one request, it is sent again', async () => {
    database.failNext('refused');
    const secret = await signIns().begin(begun);
    database.failNext('refused');
    expect((await signIns().take('saml', secret)).request).toEqual(request);
  });

  it('a lost answer to the write of an id leaves it taken by whoever wrote it', async () => {
    const taken = new TakenOnce(shortLived());
    database.failNext('lost');
    expect(await taken.take('a', 'b', clock.now() + 60_000)).toBe(true);
    expect(await taken.take('a', 'b', clock.now() + 60_000)).toBe(false);
  });

  it('a lost answer to the write of an id, and none to the question after it, signs nobody in', async () => {
    const taken = new TakenOnce(shortLived());
    database.failNext('lost', 'none', 'refused', 'refused');
    await expect(taken.take('a', 'b', clock.now() + 60_000)).rejects.toMatchObject(unavailable);
    expect(await taken.take('a', 'b', clock.now() + 60_000)).toBe(false);
  });

  it('a lost answer to the delete of a sign-in ends it', async () => {
    const secret = await signIns().begin(begun);
    database.failNext('lost');
    await expect(signIns().take('saml', secret)).rejects.toMatchObject({ code: 'SignInNotBegun' });
  });

  it('says nothing of what was asked for', async () => {
    database.down = true;
    const refusal = await signIns()
      .take('saml', 'x'.repeat(43))
      .catch((error: Error) => error.message);
    expect(refusal).toBe('the portal’s table of sign-ins cannot be read or written');
  });
});

describe('the way back', () => {
  it.each([
    '',
    'dba',
    'https://evil.example.com/',
    '//evil.example.com',
    '/\\evil.example.com',
    '/\t/evil.example.com',
    '/a\\b',
    '/a b',
    '/a\r\nSet-Cookie: x=1',
    '/ä',
    'javascript:alert(1)',
    `/${'a'.repeat(2_000)}`,
  ])('cannot be %j', async (path) => {
    const begin = new PendingSignIns(shortLived(), clock.now).begin({
      ...begun,
      wayBack: { path, isAsked: false },
    });
    await expect(begin).rejects.toMatchObject({ code: 'WayBackNotAllowed', statusCode: 400 });
    expect(await database.items()).toEqual([]);
  });

  it.each([
    '/',
    '/dba',
    '/aws/dba?region=eu-west-1&destination=%2Fs3',
    '/a//b',
    '/?x=https://console.aws.amazon.com/',
  ])('can be %j, and leads into the portal', async (path) => {
    const signIns = new PendingSignIns(shortLived(), clock.now);
    const secret = await signIns.begin({ ...begun, wayBack: { path, isAsked: false } });
    expect((await signIns.take('saml', secret)).wayBack).toEqual({ path, isAsked: false });
    expect(new URL(path, 'https://portal.example.com').host).toBe('portal.example.com');
  });
});
