// Data access by privilege: what all that a grant has serves, and what the target alone.
import { beforeEach, describe, expect, it } from 'vitest';
import { AccessGrants } from '../../../service/data-access/access-grants.ts';
import { DataAccess, type DataAsker, type DataWish } from '../../../service/data-access/data-access.ts';
import { FakeAccessGrants, failed, scopeIn } from '../../support/access-grants.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { errorOf, refusalIn } from '../../support/errors-shown.ts';

let clock: FrozenClock;
let fake: FakeAccessGrants;
let access: DataAccess;
beforeEach(() => {
  clock = frozenClock();
  fake = new FakeAccessGrants(clock.now);
  access = accessWith();
});

function accessWith({ grantCacheSeconds = 300, maxCachedSessions = 100 } = {}): DataAccess {
  const accessGrants = new AccessGrants({
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: 'https://111122223333.s3-control.eu-west-1.amazonaws.com',
    send: fake.send,
    maxAttempts: 1,
  });
  return new DataAccess(accessGrants, clock.now, { grantCacheSeconds, maxCachedSessions });
}

const session = {
  accessKeyId: 'ASIASESSION1',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-session-token',
};
const askerNamed = (name: string, overrides: Partial<DataAsker> = {}): DataAsker => ({
  sessionKey: name,
  application: 'App',
  session: async () => session,
  actsForUser: false,
  ...overrides,
});
const user = askerNamed('user');
const wishFor = (target: string, overrides: Partial<DataWish> = {}): DataWish => ({
  target: scopeIn(target),
  permission: 'READ',
  privilege: 'Minimal',
  durationSeconds: 3_600,
  ...overrides,
});
const wish = wishFor('s3://bucket/users/*');
const defaults = { privilege: 'Default' } as const;

/** As the manager asks: the cache first. */
const issue = async (asker = user, wished = wish) =>
  (access.cached(asker, wished) ?? (await access.issue(asker, wished))).accessKeyId;

describe('with the privilege Default', () => {
  const object = wishFor('s3://bucket/users/a', defaults);
  beforeEach(() => {
    fake.grants = [{ scope: 's3://bucket/*' }, { scope: 's3://bucket/users/*' }];
  });

  it('all that a grant has is served from its first answer', async () => {
    await issue(user, object);
    for (const target of ['s3://bucket/users/b', 's3://bucket/users/*', 's3://bucket/users/c/💥*']) {
      expect(access.cached(user, wishFor(target, defaults))).toMatchObject({
        accessKeyId: 'ASIADATA1',
        matchedGrantTarget: 's3://bucket/users/*',
      });
    }
    expect(access.cached(user, wishFor('s3://bucket/users', defaults))).toBeUndefined();
    expect(access.cached(user, wishFor('s3://bucket/*', defaults))).toBeUndefined();
    expect(access.cached(user, wishFor('s3://other/users/b', defaults))).toBeUndefined();
    expect(access.cached(askerNamed('another'), object)).toBeUndefined();
    expect(access.cached(user, { ...object, permission: 'WRITE' })).toBeUndefined();
  });

  it('the closest that is known goes first', async () => {
    await issue(user, wishFor('s3://bucket/leads/a', defaults));
    await access.issue(user, object);
    expect(access.cached(user, wishFor('s3://bucket/users/b', defaults))?.accessKeyId).toBe('ASIADATA2');
    expect(access.cached(user, wishFor('s3://bucket/leads/b', defaults))?.accessKeyId).toBe('ASIADATA1');
  });

  it('a grant of a single object serves that one', async () => {
    fake.grants = [{ scope: 's3://bucket/users/a' }];
    await issue(user, object);
    expect(access.cached(user, object)?.accessKeyId).toBe('ASIADATA1');
    expect(access.cached(user, wishFor('s3://bucket/users/ab', defaults))).toBeUndefined();
    expect(access.cached(user, wishFor('s3://bucket/users/a*', defaults))).toBeUndefined();
  });

  it('what a grant has lasts no longer than the answer that it came with', async () => {
    await issue(user, object);
    clock.advance(299_999);
    expect(await issue(user, wishFor('s3://bucket/users/b', defaults))).toBe('ASIADATA1');
    clock.advance(1);
    expect(await issue(user, wishFor('s3://bucket/users/c', defaults))).toBe('ASIADATA2');
  });

  it('a denial of all that the grant has, a moment ago, is none of the target', async () => {
    fake.grants = [];
    await errorOf(access.issue(user, wishFor('s3://bucket/users/*', defaults)));
    fake.grants = [{ scope: 's3://bucket/users/*' }];
    expect(await issue(user, object)).toBe('ASIADATA1');
    expect(await issue(user, wishFor('s3://bucket/users/*', defaults))).toBe('ASIADATA1');
  });

  it('nobody waits for, or is refused with, another question about all that the grant has', async () => {
    let deny: (answer: ReturnType<typeof failed>) => void = () => {};
    fake.answer = (call) =>
      call.url.searchParams.get('target') === 's3://bucket/users/*'
        ? new Promise((resolve) => {
            deny = resolve;
          })
        : fake.byGrants(call);
    const other = errorOf(access.issue(user, wishFor('s3://bucket/users/*', defaults)));
    expect(await issue(user, object)).toBe('ASIADATA1');
    deny(failed(403, 'AccessDenied'));
    expect(refusalIn(await other).code).toBe('GrantDenied');
    expect(access.cached(user, wishFor('s3://bucket/users/*', defaults))?.accessKeyId).toBe('ASIADATA1');
  });

  it('the longest target costs one look for each of its characters, and no more', async () => {
    const longest = wishFor(`s3://bucket/${'a'.repeat(1_024)}`, defaults);
    await issue(user, longest);
    expect(access.cached(user, longest)?.accessKeyId).toBe('ASIADATA1');
  });
});

describe('with the privilege Minimal', () => {
  it('a wider answer serves nothing but what was asked for', async () => {
    fake.answer = () => fake.issue({ matched: 's3://bucket/*' });
    await issue();
    expect(access.cached(user, wishFor('s3://bucket/*'))).toBeUndefined();
    expect(access.cached(user, wishFor('s3://bucket/users/a'))).toBeUndefined();
  });
});
