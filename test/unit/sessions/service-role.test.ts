// The service role: its session, how it is renewed, and what becomes of one that STS refuses.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FUNCTION_KEY, refusing } from '../../support/sts.ts';
import { stsUnavailable, useTemporaryCredentials } from '../../support/temporary-credentials.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RENEWAL_MS = 5_000;
const notAssumable = { code: 'AccessRoleNotAssumable', statusCode: 403 };
const ended = ['ExpiredTokenException', 'InvalidClientTokenId'];

const fixture = useTemporaryCredentials();
const { requestFor, issue } = fixture;

/** Different tenants: none is in the cache. */
const issueFor = (value: string) => fixture.provider.issue(requestFor({}, [{ key: 'TenantID', value }]));

/** Calls of STS that these requests cost, whatever comes of them: for the service role, and for access roles. */
async function costOf(...requests: (() => Promise<unknown>)[]): Promise<readonly [number, number]> {
  fixture.sts.calls = [];
  for (const request of requests) await request().catch(() => undefined);
  return [fixture.sts.callsForServiceRole().length, fixture.sts.callsForAccessRoles().length];
}

describe('the session of the service role', () => {
  it('serves until five minutes before it expires, and is then renewed', async () => {
    await issueFor('one');
    fixture.clock.advance(55 * MINUTE - 1);
    await issueFor('two');
    expect(fixture.sts.callsForServiceRole()).toHaveLength(1);
    fixture.clock.advance(1);
    await issueFor('three');

    expect(fixture.sts.callsForServiceRole()).toHaveLength(2);
    expect(fixture.sts.calls.map(({ signedBy }) => signedBy)).toEqual([
      FUNCTION_KEY,
      'ASIASESSION1',
      'ASIASESSION1',
      FUNCTION_KEY,
      'ASIASESSION4',
    ]);
  });

  it('serves to its end while it cannot be renewed', async () => {
    await issueFor('one');
    fixture.sts.serviceRole = refusing('Throttling');
    fixture.clock.advance(HOUR - 1);
    await expect(issueFor('two')).resolves.toBeDefined();
    fixture.clock.advance(1);

    await expect(issueFor('three')).rejects.toMatchObject(stsUnavailable);
  });

  it.each(['AccessDenied', 'ValidationError', 'Throttling', 'InvalidClientTokenId', 'ExpiredTokenException'])(
    'that STS refuses with %s is the broker’s failure, not the application’s',
    async (name) => {
      fixture.sts.serviceRole = refusing(name);

      await expect(issue()).rejects.toMatchObject(stsUnavailable);
      expect(fixture.sts.callsForAccessRoles()).toEqual([]);
      fixture.sts.serviceRole = fixture.sts.session;
      fixture.clock.advance(1_000);
      await expect(issue()).resolves.toBeDefined();
    },
  );
});

describe('a session of the service role that was revoked, or has ended', () => {
  const dead = new Set<string>();
  /** STS takes no session that was issued so far. */
  function revoke(name: string): void {
    for (const { signedBy } of fixture.sts.calls) dead.add(signedBy);
    fixture.sts.accessRole = (input) =>
      dead.has(fixture.sts.calls.at(-1)?.signedBy ?? '') ? refusing(name)(input) : fixture.sts.session(input);
  }
  /** The sessions of the service role are revoked as soon as they are issued. */
  function revokeAtOnce(name: string): void {
    fixture.sts.accessRole = refusing(name);
  }
  beforeEach(() => dead.clear());

  it.each(['AccessDenied', ...ended])(
    'and that STS refuses with %s is replaced within the request, and for the next ones',
    async (name) => {
      await issueFor('one');
      revoke(name);
      fixture.clock.advance(MINUTE + 1);
      await expect(issueFor('two')).resolves.toBeDefined();
      expect(fixture.sts.callsForServiceRole()).toHaveLength(2);

      const before = fixture.sts.calls.length;
      await expect(issueFor('three')).resolves.toBeDefined();
      expect(fixture.sts.calls).toHaveLength(before + 1);
    },
  );

  it('is replaced once by requests that find out at the same time', async () => {
    await issueFor('one');
    revoke('ExpiredTokenException');
    await Promise.all(['two', 'three', 'four', 'five'].map(issueFor));
    expect(fixture.sts.callsForServiceRole()).toHaveLength(2);
  });

  it.each(ended)(
    'and whose successor STS refuses with %s, too, is replaced five seconds later',
    async (name) => {
      await issueFor('one');
      revokeAtOnce(name);
      await expect(issueFor('two')).rejects.toMatchObject(stsUnavailable);
      revoke(name);
      fixture.clock.advance(RENEWAL_MS - 1);
      expect(
        await costOf(
          () => issueFor('three'),
          () => issueFor('four'),
        ),
      ).toEqual([0, 0]);
      await expect(issueFor('five')).rejects.toMatchObject(stsUnavailable);
      fixture.clock.advance(1);

      await expect(issueFor('six')).resolves.toBeDefined();
      await expect(issueFor('seven')).resolves.toBeDefined();
      expect(fixture.sts.callsForServiceRole()).toHaveLength(1);
    },
  );

  it('and whose successor gets AccessDenied from the beginning, too, is replaced five seconds later', async () => {
    await issueFor('one');
    fixture.clock.advance(MINUTE + 1);
    revokeAtOnce('AccessDenied');
    await expect(issueFor('two')).rejects.toMatchObject(notAssumable);
    revoke('AccessDenied');
    fixture.clock.advance(RENEWAL_MS);
    expect(await costOf(() => issueFor('three'))).toEqual([0, 1]);
    fixture.clock.advance(1);

    await expect(issueFor('four')).resolves.toBeDefined();
    await expect(issueFor('five')).resolves.toBeDefined();
    expect(fixture.sts.callsForServiceRole()).toHaveLength(1);
  });

  it('is not suspected within a minute of its issue: a refusal costs an application one session a minute', async () => {
    await issueFor('one');
    fixture.sts.accessRole = refusing('AccessDenied');
    fixture.clock.advance(MINUTE + 1);
    await expect(issueFor('two')).rejects.toMatchObject(notAssumable);
    fixture.sts.accessRole = fixture.sts.session;
    await expect(issueFor('three')).resolves.toBeDefined();
    fixture.sts.accessRole = refusing('AccessDenied');
    fixture.clock.advance(MINUTE);
    expect(
      await costOf(
        () => issueFor('four'),
        () => issueFor('five'),
      ),
    ).toEqual([0, 2]);
    fixture.clock.advance(1);
    expect(
      await costOf(
        () => issueFor('six'),
        () => issueFor('seven'),
      ),
    ).toEqual([1, 3]);
  });

  it.each(ended)(
    'with %s, while the role cannot be assumed, costs one call in five seconds',
    async (name) => {
      await issueFor('one');
      revokeAtOnce(name);
      fixture.sts.serviceRole = refusing('AccessDenied');
      expect(await costOf(() => issueFor('two'))).toEqual([1, 1]);
      fixture.clock.advance(RENEWAL_MS - 1);
      for (const tenant of ['two', 'three']) {
        await expect(issueFor(tenant)).rejects.toMatchObject(stsUnavailable);
      }
      expect(
        await costOf(
          () => issueFor('four'),
          () => issueFor('five'),
        ),
      ).toEqual([0, 0]);
      fixture.clock.advance(1);
      expect(
        await costOf(
          () => issueFor('six'),
          () => issueFor('seven'),
        ),
      ).toEqual([1, 0]);
      fixture.sts.serviceRole = fixture.sts.accessRole = fixture.sts.session;
      fixture.clock.advance(RENEWAL_MS);
      await expect(issueFor('two')).resolves.toBeDefined();
    },
  );

  it('with AccessDenied, while the role cannot be assumed, costs one call in five seconds, and is a 503', async () => {
    await issueFor('one');
    fixture.clock.advance(MINUTE + 1);
    revokeAtOnce('AccessDenied');
    fixture.sts.serviceRole = refusing('AccessDenied');
    for (const tenant of ['two', 'three', 'four']) {
      await expect(issueFor(tenant)).rejects.toMatchObject(stsUnavailable);
    }
    expect(fixture.sts.callsForServiceRole()).toHaveLength(2);
    fixture.clock.advance(RENEWAL_MS);
    expect(
      await costOf(
        () => issueFor('five'),
        () => issueFor('six'),
      ),
    ).toEqual([1, 2]);
    fixture.sts.serviceRole = fixture.sts.accessRole = fixture.sts.session;
    fixture.clock.advance(RENEWAL_MS);
    await expect(issueFor('two')).resolves.toBeDefined();
  });

  it('is not replaced by one that is over as well, for a request that finds out late', async () => {
    await issueFor('one');
    let refuse!: () => void;
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    fixture.sts.accessRole = (input) => refused.then(() => refusing('ExpiredTokenException')(input));
    const late = expect(issueFor('late')).rejects.toMatchObject(stsUnavailable);
    await vi.waitUntil(() => fixture.sts.callsForAccessRoles().length === 2);
    revokeAtOnce('ExpiredTokenException');
    await expect(issueFor('two')).rejects.toMatchObject(stsUnavailable);
    fixture.sts.serviceRole = refusing('AccessDenied');
    fixture.clock.advance(RENEWAL_MS);

    expect(
      await costOf(async () => {
        refuse();
        await late;
      }),
    ).toEqual([1, 0]);
  });

  it('is suspected by when it was asked for, however late STS’s answer came', async () => {
    fixture.sts.serviceRole = (input) => {
      const session = fixture.sts.session(input);
      fixture.clock.advance(MINUTE + 1);
      return session;
    };
    await issueFor('one');
    revoke('AccessDenied');
    await expect(issueFor('two')).resolves.toBeDefined();
  });
});
