// Data access by privilege: what all that a grant has serves, and what the target alone.
import { beforeEach, describe, expect, it } from 'vitest';
import { failed } from '../../support/access-grants.ts';
import {
  access,
  askerNamed,
  clock,
  defaults,
  fake,
  issue,
  useDataAccess,
  user,
  wishFor,
} from '../../support/data-access.ts';
import { errorOf, refusalIn } from '../../support/errors-shown.ts';

useDataAccess();

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
