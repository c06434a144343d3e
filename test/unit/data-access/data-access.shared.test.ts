// Credentials for data that environments share: those for just a target, checked anew by whoever finds them.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  access,
  askerNamed,
  clock,
  defaults,
  fake,
  issue,
  openAccess,
  useDataAccess,
  user,
  wish,
  wishFor,
} from '../../support/data-access.ts';
import { MemorySharedStore } from '../../support/memory-shared-store.ts';

useDataAccess();

let shared: MemorySharedStore;
/** A new environment, which knows nothing. */
const another = (options = {}) => openAccess({ shared, ...options });
beforeEach(() => {
  shared = new MemorySharedStore();
  another();
});

describe('credentials for a target', () => {
  it('that one environment was given serve all, and the session that asks is needed by one alone', async () => {
    const issued = await issue();
    another();
    const noSession = { ...user, session: () => Promise.reject(new Error('not needed')) };
    expect(await issue(noSession)).toBe(issued);
    expect(fake.calls).toHaveLength(1);
    expect(access.cached(user, wish)?.accessKeyId).toBe(issued);
  });

  it('are asked for anew as soon as without sharing: a grant that is gone counts as long', async () => {
    await issue();
    clock.advance(300_000 - 1);
    another();
    await issue();
    expect(fake.calls).toHaveLength(1);
    clock.advance(1);
    another();
    await issue();
    expect(fake.calls).toHaveLength(2);
  });

  it.each([
    ['session', askerNamed('another'), wish],
    ['target', user, wishFor('s3://bucket/users/x')],
    ['permission', user, wishFor('s3://bucket/users/*', { permission: 'READWRITE' as const })],
    ['duration', user, wishFor('s3://bucket/users/*', { durationSeconds: 900 })],
  ])('are others’ with another %s', async (_, asker, wished) => {
    await issue();
    another();
    await issue(asker, wished);
    expect(fake.calls).toHaveLength(2);
    expect(shared.values.size).toBe(2);
  });

  it('with all that the grant has are shared with nobody', async () => {
    await issue(user, wishFor('s3://bucket/users/*', defaults));
    another();
    await issue(user, wishFor('s3://bucket/users/*', defaults));
    expect(fake.calls).toHaveLength(2);
    expect(shared.values.size).toBe(0);
  });

  it('are shared with nobody where each is to be asked for', async () => {
    another({ grantCacheSeconds: 0 });
    await issue();
    expect(shared.values.size).toBe(0);
    expect(shared.finds).toBe(0);
  });
});

describe('what is found', () => {
  it('and is by a grant of the role, is not a user’s', async () => {
    await issue();
    another();
    fake.grants = [{ scope: 's3://bucket/*', granteeType: 'DIRECTORY_USER', grantee: 'user-1' }];
    await issue({ ...user, actsForUser: true });
    expect(fake.calls).toHaveLength(2);
  });

  it('and does not contain the target, is not handed out', async () => {
    await issue();
    shared.amend((value) => ({ ...value, matchedGrantTarget: 's3://bucket/others/*' }));
    another();
    await issue();
    expect(fake.calls).toHaveLength(2);
  });
});

it('a denial is shared with nobody', async () => {
  fake.grants = [];
  await expect(issue()).rejects.toMatchObject({ code: 'GrantDenied' });
  expect(shared.values.size).toBe(0);
});
