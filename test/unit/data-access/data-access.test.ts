// Data access: what is served from the cache, to whom, how long, and what is never served at all.
import { describe, expect, it } from 'vitest';
import type { DataAsker, DataWish } from '../../../service/data-access/data-access.ts';
import { BrokerError } from '../../../service/errors.ts';
import { failed } from '../../support/access-grants.ts';
import {
  access,
  askerNamed,
  clock,
  defaults,
  fake,
  issue,
  openAccess,
  session,
  useDataAccess,
  user,
  wish,
  wishFor,
} from '../../support/data-access.ts';
import { errorOf, refusalIn, shownOf } from '../../support/errors-shown.ts';

useDataAccess();

const unavailable = {
  code: 'AccessGrantsUnavailable',
  message: 'S3 Access Grants cannot be asked at the moment',
};

describe('a question', () => {
  it('is asked as whoever asks, for just what is wished for', async () => {
    const issued = await access.issue(user, { ...wish, permission: 'READWRITE', durationSeconds: 900 });
    expect(issued).toMatchObject({ accessKeyId: 'ASIADATA1', matchedGrantTarget: 's3://bucket/users/*' });
    expect(fake.calls[0]?.credentials).toBe(session);
    expect(fake.asked()).toEqual([
      {
        target: 's3://bucket/users/*',
        permission: 'READWRITE',
        privilege: 'Minimal',
        durationSeconds: '900',
      },
    ]);
  });

  it('is asked once by all who ask it at once, and by who asks it again', async () => {
    const asked = Array.from({ length: 10 }, () => issue());
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['ASIADATA1']));
    expect(await issue()).toBe('ASIADATA1');
    expect(fake.calls).toHaveLength(1);
  });

  it.each<[string, DataAsker, DataWish]>([
    ['another user', askerNamed('another'), wish],
    ['another permission', user, { ...wish, permission: 'READWRITE' }],
    ['another privilege', user, { ...wish, ...defaults }],
    ['another duration', user, { ...wish, durationSeconds: 900 }],
    ['a target in it', user, wishFor('s3://bucket/users/a')],
    ['a target around it', user, wishFor('s3://bucket/*')],
    ['what its name begins', user, wishFor('s3://bucket/users*')],
    ['another bucket', user, wishFor('s3://bucket2/users/*')],
  ])('is another with %s', async (_, asker, wished) => {
    fake.grants.push({ scope: 's3://bucket2/*' });
    await issue();
    expect(access.cached(asker, wished)).toBeUndefined();
    expect(await issue(asker, wished)).toBe('ASIADATA2');
    expect(await issue()).toBe('ASIADATA1');
  });

  it('names the user of the session in the directory, from the cache too', async () => {
    const asker = askerNamed('user', { session: async () => ({ ...session, directoryUser: 'user-1' }) });
    expect(await access.issue(asker, wish)).toMatchObject({ directoryUser: 'user-1' });
    expect(access.cached(asker, wish)).toMatchObject({ directoryUser: 'user-1' });
    expect(await access.issue(askerNamed('another'), wish)).not.toHaveProperty('directoryUser');
  });
});

describe('an answer', () => {
  it.each([
    ['the target alone', 's3://bucket/users/*'],
    ['all around it', 's3://bucket/*'],
  ])('may be of %s', async (_, matched) => {
    fake.answer = () => fake.issue({ matched });
    expect((await access.issue(user, wish)).matchedGrantTarget).toBe(matched);
  });

  it.each([
    ['another place', 's3://bucket/leads/*'],
    ['another bucket', 's3://other/users/*'],
    ['a part of it', 's3://bucket/users/a*'],
    ['an object of it', 's3://bucket/users/a'],
    ['what is no scope', 'bucket/users/*'],
    ['what is one to no policy', 's3://bucket/*/users/*'],
  ])('of %s is none, and is not kept', async (_, matched) => {
    fake.answer = () => fake.issue({ matched });
    const error = await errorOf(access.issue(user, wish));
    expect(refusalIn(error)).toEqual(unavailable);
    expect(shownOf(error)).not.toMatch(/canary|bucket/);
    expect(access.cached(user, wish)).toBeUndefined();
  });

  it('by a grant of the role is none of a user', async () => {
    const asker = askerNamed('user', { actsForUser: true });
    expect(refusalIn(await errorOf(access.issue(asker, wish)))).toEqual({
      code: 'GrantNotOfUser',
      message:
        'the grant that matches the target is one of the access role, and none of the user or a group of theirs',
    });
    expect(access.cached(asker, wish)).toBeUndefined();

    expect(await issue(askerNamed('role'))).toBe('ASIADATA2');
  });

  it.each(['DIRECTORY_USER', 'DIRECTORY_GROUP'])(
    'by a grant of a %s is one of a user',
    async (granteeType) => {
      fake.grants = [{ scope: 's3://bucket/*', granteeType, grantee: 'id-1' }];
      const { grantee } = await access.issue(askerNamed('user', { actsForUser: true }), wish);
      expect(grantee).toEqual({ granteeType, granteeIdentifier: 'id-1' });
    },
  );
});

describe('credentials from the cache', () => {
  it.each([
    [3_600, 300],
    [900, 300],
    [900, 3_600],
    [43_200, 3_600],
  ])(
    'of %s s are asked for anew after 75 %% of their life, or %s s',
    async (durationSeconds, grantCacheSeconds) => {
      openAccess({ grantCacheSeconds });
      const wished = { ...wish, durationSeconds };
      await issue(user, wished);
      clock.advance(Math.min(0.75 * durationSeconds, grantCacheSeconds) * 1_000 - 1);
      expect(await issue(user, wished)).toBe('ASIADATA1');
      clock.advance(1);
      expect(await issue(user, wished)).toBe('ASIADATA2');
    },
  );

  it('are none where nothing is to be kept', async () => {
    openAccess({ grantCacheSeconds: 0 });
    expect([await issue(), await issue()]).toEqual(['ASIADATA1', 'ASIADATA2']);
  });

  it('are dated from the question, and not from the answer', async () => {
    fake.answer = (call) => {
      const answer = fake.byGrants(call);
      clock.advance(300_000);
      return answer;
    };
    await issue();
    expect(access.cached(user, wish)).toBeUndefined();
  });

  it('stand in while S3 fails, until they last less than a minute', async () => {
    await issue();
    fake.answer = () => failed(503, 'SlowDown');
    clock.advance(300_000);
    expect(await issue()).toBe('ASIADATA1');
    clock.advance(3_600_000 - 300_000 - 60_000 - 1);
    expect(await issue()).toBe('ASIADATA1');
    clock.advance(1);
    expect(refusalIn(await errorOf(issue())).code).toBe('AccessGrantsUnavailable');
  });

  it('stand in while there is no session to ask with', async () => {
    await issue();
    clock.advance(300_000);
    const failure = new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment');
    expect(await issue(askerNamed('user', { session: () => Promise.reject(failure) }))).toBe('ASIADATA1');
    expect(fake.calls).toHaveLength(1);
  });

  it('end with a denial', async () => {
    await issue();
    clock.advance(300_000);
    fake.answer = () => failed(403, 'AccessDenied');
    expect(refusalIn(await errorOf(issue())).code).toBe('GrantDenied');
    clock.advance(10_000);
    fake.answer = () => failed(503, 'SlowDown');
    expect(refusalIn(await errorOf(issue())).code).toBe('AccessGrantsUnavailable');
  });

  it('are as many as there may be, and an application that asks for much takes none from another', async () => {
    openAccess({ maxCachedSessions: 10 });
    const other = askerNamed('other', { application: 'Other' });
    await issue(other);
    for (let index = 0; index < 50; index += 1) await issue(user, wishFor(`s3://bucket/${index}`));
    expect(access.cached(other, wish)).toBeDefined();
    expect(access.cached(user, wishFor('s3://bucket/49'))).toBeDefined();
    expect(access.cached(user, wishFor('s3://bucket/39'))).toBeUndefined();
  });
});

describe('a denial', () => {
  it('by S3 is remembered for ten seconds, for just what was asked for', async () => {
    fake.grants = [];
    expect(refusalIn(await errorOf(issue()))).toEqual({
      code: 'GrantDenied',
      message: 'no grant gives READ to the target',
    });
    fake.grants = [{ scope: 's3://bucket/*' }];
    clock.advance(9_999);
    expect(refusalIn(await errorOf(issue())).code).toBe('GrantDenied');
    expect(fake.calls).toHaveLength(1);

    expect(await issue(askerNamed('another'))).toBe('ASIADATA1');
    expect(await issue(user, { ...wish, permission: 'WRITE' })).toBe('ASIADATA2');
    expect(await issue(user, wishFor('s3://bucket/users/a'))).toBe('ASIADATA3');
    clock.advance(1);
    expect(await issue()).toBe('ASIADATA4');
  });

  it('of the session is one of whoever asked with it: another token of the user has another', async () => {
    const denial = new BrokerError('TokenAlreadyExchanged', 'send one that is new');
    const withOldToken = askerNamed('user', { session: () => Promise.reject(denial) });
    await expect(issue(withOldToken)).rejects.toBe(denial);
    expect(await issue()).toBe('ASIADATA1');
  });

  it('of one session is none of whoever waits for the same answer with another', async () => {
    const denial = new BrokerError('TokenAlreadyExchanged', 'send one that is new');
    const withOldToken = askerNamed('user', { session: () => Promise.reject(denial) });
    const [old, fresh] = await Promise.allSettled([
      access.issue(withOldToken, wish),
      access.issue(user, wish),
    ]);
    expect(old).toEqual({ status: 'rejected', reason: denial });
    expect(fresh).toMatchObject({ status: 'fulfilled', value: { accessKeyId: 'ASIADATA1' } });
  });
});
