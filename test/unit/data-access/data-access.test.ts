// Credentials for data from the cache: for whom, for what and for how long; and what of an answer is not believed.
import { beforeEach, describe, expect, it } from 'vitest';
import type { DataCredentials, DataRequest } from '../../../service/data-access/access-grants.ts';
import { DataAccess, type DataWish } from '../../../service/data-access/data-access.ts';
import { BrokerError } from '../../../service/errors.ts';
import { readScope, type S3Scope } from '../../../service/s3-scope.ts';

const SECOND_MS = 1_000;
let now: number;
let asked: DataRequest[];
let answer: (request: DataRequest) => Partial<DataCredentials>;
let access: DataAccess;

beforeEach(() => {
  now = 1_900_000_000_000;
  asked = [];
  answer = () => ({});
  access = accessWith(300);
});

function accessWith(grantCacheSeconds: number): DataAccess {
  const getDataAccess = async (_: unknown, request: DataRequest): Promise<DataCredentials> => {
    asked.push(request);
    return {
      accessKeyId: `ASIA${asked.length}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiresAt: now + request.durationSeconds * SECOND_MS,
      matchedGrantTarget: request.target,
      grantee: { granteeType: 'IAM', granteeIdentifier: 'arn:aws:iam::111122223333:role/App' },
      ...answer(request),
    };
  };
  const options = { grantCacheSeconds, maxCachedSessions: 100 };
  return new DataAccess({ getDataAccess } as never, () => now, options);
}

const scope = (text: string) => readScope(text) as S3Scope;
const wishOf = (target: string, more: Partial<DataWish> = {}): DataWish => ({
  target: scope(target),
  permission: 'READ',
  privilege: 'Minimal',
  durationSeconds: 3_600,
  ...more,
});
const session = async () => ({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' });
async function get(wish: DataWish, sessionKey = 'user 1', actsForUser = false) {
  const asker = { sessionKey, application: 'App', actsForUser };
  return access.cached(asker, wish) ?? (await access.issue(asker, wish, session));
}

describe('what is kept', () => {
  const wish = wishOf('s3://data/a/*');

  it.each<[string, DataWish, string]>([
    ['user', wish, 'user 2'],
    ['permission', { ...wish, permission: 'READWRITE' }, 'user 1'],
    ['duration', { ...wish, durationSeconds: 900 }, 'user 1'],
    ['privilege', { ...wish, privilege: 'Default' }, 'user 1'],
    ['target', wishOf('s3://data/a/b/*'), 'user 1'],
    ['object of that name', wishOf('s3://data/a/b'), 'user 1'],
  ])('is for no other %s', async (_, other, user) => {
    await get(wish);
    await get(other, user);
    expect(asked).toHaveLength(2);
    await get(wish);
    await get(other, user);
    expect(asked).toHaveLength(2);
  });

  it('is asked for anew after grantCacheSeconds', async () => {
    await get(wish);
    now += 299 * SECOND_MS;
    await get(wish);
    expect(asked).toHaveLength(1);
    now += SECOND_MS;
    await get(wish);
    expect(asked).toHaveLength(2);
  });

  it('is asked for anew after three quarters of its life, where that is sooner', async () => {
    access = accessWith(3_600);
    await get({ ...wish, durationSeconds: 900 });
    now += 675 * SECOND_MS;
    await get({ ...wish, durationSeconds: 900 });
    expect(asked).toHaveLength(2);
  });

  it('is not kept at all, where that is 0', async () => {
    access = accessWith(0);
    await get(wish);
    await get(wish);
    expect(asked).toHaveLength(2);
  });

  it('stands in while S3 cannot be asked, until its last minute', async () => {
    const { accessKeyId } = await get(wish);
    answer = () => {
      throw new BrokerError('AccessGrantsUnavailable', 'down');
    };
    now += 3_539 * SECOND_MS;
    expect((await get(wish)).accessKeyId).toBe(accessKeyId);
    now += 2 * SECOND_MS;
    await expect(get(wish)).rejects.toMatchObject({ code: 'AccessGrantsUnavailable' });
  });

  it('ends with a denial, which is remembered for ten seconds', async () => {
    await get(wish);
    now += 300 * SECOND_MS;
    answer = () => {
      throw new BrokerError('GrantDenied', 'no grant');
    };
    await expect(get(wish)).rejects.toMatchObject({ code: 'GrantDenied' });
    answer = () => ({});
    await expect(get(wish)).rejects.toMatchObject({ code: 'GrantDenied' });
    now += 10 * SECOND_MS;
    await get(wish);
    expect(asked).toHaveLength(3);
  });
});

describe('with Default', () => {
  const wide = { privilege: 'Default' } as const;

  it('serves whatever lies in what was granted, and nothing beside', async () => {
    answer = () => ({ matchedGrantTarget: 's3://data/a*' });
    const { accessKeyId } = await get(wishOf('s3://data/a/b/*', wide));
    for (const target of ['s3://data/a/c', 's3://data/a*', 's3://data/abc/*'])
      expect((await get(wishOf(target, wide))).accessKeyId).toBe(accessKeyId);
    answer = () => ({ matchedGrantTarget: 's3://data/*' });
    expect((await get(wishOf('s3://data/b', wide))).accessKeyId).not.toBe(accessKeyId);
    expect(asked).toHaveLength(2);
  });

  it('serves the closest of several', async () => {
    answer = () => ({ matchedGrantTarget: 's3://data/*' });
    await get(wishOf('s3://data/x', wide));
    access.cached(
      { sessionKey: 'user 1', application: 'App', actsForUser: false },
      wishOf('s3://data/x', wide),
    );
    answer = () => ({ matchedGrantTarget: 's3://data/a/*' });
    const closer = await access.issue(
      { sessionKey: 'user 1', application: 'App', actsForUser: false },
      wishOf('s3://data/a/b', wide),
      session,
    );
    expect((await get(wishOf('s3://data/a/c', wide))).accessKeyId).toBe(closer.accessKeyId);
  });
});

describe('is not believed', () => {
  it.each(['s3://data/b/*', 's3://data/a/b/*', 's3://other/a/*', 'everything', 's3://data/a'])(
    'an answer by a grant of %s, which the target is not in',
    async (matchedGrantTarget) => {
      answer = () => ({ matchedGrantTarget });
      await expect(get(wishOf('s3://data/a/*'))).rejects.toMatchObject({ code: 'AccessGrantsUnavailable' });
    },
  );

  it('an answer by a grant of the role, to who acts for a user', async () => {
    await expect(get(wishOf('s3://data/a/*'), 'user 1', true)).rejects.toMatchObject({
      code: 'GrantNotOfUser',
    });
    answer = () => ({ grantee: { granteeType: 'DIRECTORY_GROUP', granteeIdentifier: 'group-1' } });
    expect((await get(wishOf('s3://data/b/*'), 'user 1', true)).grantee.granteeType).toBe('DIRECTORY_GROUP');
  });
});

it('says of an object that it is one, and of a prefix nothing', async () => {
  await get(wishOf('s3://data/a'));
  await get(wishOf('s3://data/a*'));
  expect(asked.map(({ target, isObject }) => [target, isObject])).toEqual([
    ['s3://data/a', true],
    ['s3://data/a*', false],
  ]);
});
