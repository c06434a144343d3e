// Temporary security credentials: what STS is asked, and what is kept of its answers.

import { describe, expect, it } from 'vitest';
import { sessionRequestOf } from '../../../service/sessions/temporary-credentials.ts';
import { deployment } from '../../support/callers.ts';
import { storedWith } from '../../support/registrations.ts';
import { FUNCTION_KEY, refusing } from '../../support/sts.ts';
import { stsUnavailable, tenant, useTemporaryCredentials } from '../../support/temporary-credentials.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const fixture = useTemporaryCredentials();
const { requestFor, issue } = fixture;

describe('the chain of roles', () => {
  it('is the service role with the function’s credentials, then the access role with the service role’s', async () => {
    const credentials = await fixture.provider.issue(
      requestFor({ accessRoleName: 'team/AppAccess', sessionDurationSeconds: 900 }, [
        tenant,
        { key: 'Tier', value: 'gold' },
      ]),
    );

    expect(fixture.sts.calls).toEqual([
      {
        signedBy: FUNCTION_KEY,
        input: {
          RoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
          RoleSessionName: 'IAMSessionBroker',
          DurationSeconds: 3600,
        },
      },
      {
        signedBy: 'ASIASESSION1',
        input: {
          RoleArn: 'arn:aws:iam::111122223333:role/team/AppAccess',
          RoleSessionName: 'Yellow',
          ExternalId: 'App',
          DurationSeconds: 900,
          Tags: [
            { Key: 'TenantID', Value: 'Yellow' },
            { Key: 'Tier', Value: 'gold' },
          ],
          TransitiveTagKeys: ['TenantID', 'Tier'],
        },
      },
    ]);
    expect(credentials).toMatchObject({
      accessKeyId: 'ASIASESSION2',
      secretAccessKey: 'secret-2',
      sessionToken: 'session-token-2',
      expiresAt: fixture.clock.now() + 900_000,
    });
  });

  it('stays in the deployment’s partition', () => {
    const { input } = sessionRequestOf(
      storedWith(),
      { tags: [tenant] },
      { ...deployment, partition: 'aws-cn' },
    );
    expect(input.RoleArn).toBe('arn:aws-cn:iam::111122223333:role/AppAccess');
  });

  it('names the session by a slug where the tag is no session name', () => {
    expect(requestFor({}, [{ key: 'TenantID', value: 'Yellow/Blue' }]).input).toMatchObject({
      RoleSessionName: 'Yellow-Blue-5e17f8ee96156184',
      Tags: [{ Key: 'TenantID', Value: 'Yellow/Blue' }],
    });
  });
});

describe('the cache key of a session', () => {
  const original = requestFor();
  const requestOf = (subject: { sourceIdentity?: string; sessionName?: string }) =>
    sessionRequestOf(storedWith(), { tags: [tenant], ...subject }, deployment);

  it('is the same for the same request', () => {
    expect(requestFor().cacheKey).toBe(original.cacheKey);
  });

  it.each([
    ['access role', requestFor({ accessRoleName: 'Other' })],
    ['access role’s path', requestFor({ accessRoleName: 'team/AppAccess' })],
    ['application', requestFor({ applicationName: 'Other' })],
    ['duration', requestFor({ sessionDurationSeconds: 900 })],
    ['version of the registration', requestFor({ version: 'version-2' })],
    ['tag key', requestFor({}, [{ key: 'Tenant', value: 'Yellow' }])],
    ['tag value', requestFor({}, [{ key: 'TenantID', value: 'Blue' }])],
    ['letter case of the tag value', requestFor({}, [{ key: 'TenantID', value: 'yellow' }])],
    ['transitive keys', requestFor({ transitiveTagKeys: [] })],
    ['source identity', requestOf({ sourceIdentity: 'alice' })],
    ['session name', requestOf({ sessionName: 'alice' })],
    ['number of tags', requestFor({}, [tenant, { key: 'Tier', value: 'gold' }])],
    [
      'account',
      sessionRequestOf(storedWith(), { tags: [tenant] }, { ...deployment, accountId: '444455556666' }),
    ],
    ['partition', sessionRequestOf(storedWith(), { tags: [tenant] }, { ...deployment, partition: 'aws-cn' })],
  ])('changes with the %s', (_, { cacheKey }) => {
    expect(cacheKey).not.toBe(original.cacheKey);
  });
});

describe('scoped credentials', () => {
  it('are asked for once by a hundred concurrent requests', async () => {
    const issued = await Promise.all(Array.from({ length: 100 }, () => issue()));

    expect(new Set(issued).size).toBe(1);
    expect(fixture.sts.calls).toHaveLength(2);
  });

  it('of different tenants are asked for separately, through one session of the service role', async () => {
    const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
    const issued = await Promise.all(
      tenants.map((value) => fixture.provider.issue(requestFor({}, [{ key: 'TenantID', value }]))),
    );

    expect(new Set(issued.map(({ accessKeyId }) => accessKeyId)).size).toBe(20);
    expect(fixture.sts.callsForServiceRole()).toHaveLength(1);
    expect(fixture.sts.callsForAccessRoles().map(({ input }) => input.Tags?.[0]?.Value)).toEqual(tenants);
  });

  it('are renewed no sooner where STS tells their expiration in whole seconds', async () => {
    fixture.clock.advance(999);
    fixture.sts.accessRole = (input) => {
      const session = fixture.sts.session(input);
      const seconds = Math.floor(session.Credentials.Expiration.getTime() / 1000);
      return { ...session, Credentials: { ...session.Credentials, Expiration: new Date(seconds * 1000) } };
    };
    await issue();
    fixture.sts.forget();
    fixture.clock.advance(45 * 60_000 - 1);
    await issue();
    expect(fixture.sts.callsForAccessRoles()).toHaveLength(0);
    fixture.clock.advance(1);
    await issue();
    expect(fixture.sts.callsForAccessRoles()).toHaveLength(1);
  });

  it.each([900, 3600])('of %d seconds are fresh for three quarters of their life', async (lifeSeconds) => {
    const request = requestFor({ sessionDurationSeconds: lifeSeconds });
    const issued = await fixture.provider.issue(request);
    fixture.clock.advance(lifeSeconds * 750 - 1);
    expect(fixture.provider.cached(request)).toBe(issued);
    expect(await fixture.provider.issue(request)).toBe(issued);
    fixture.clock.advance(1);

    expect(fixture.provider.cached(request)).toBeUndefined();
    expect((await fixture.provider.issue(request)).accessKeyId).not.toBe(issued.accessKeyId);
  });

  it('are served while STS fails until a minute before they expire', async () => {
    const issued = await issue();
    fixture.sts.serviceRole = fixture.sts.accessRole = refusing('ServiceUnavailable');
    fixture.clock.advance(HOUR - MINUTE - 1);
    expect(await issue()).toBe(issued);
    fixture.clock.advance(1);

    await expect(issue()).rejects.toMatchObject(stsUnavailable);
  });

  it('are not cached before they were issued', () => {
    expect(fixture.provider.cached(requestFor())).toBeUndefined();
    expect(fixture.sts.calls).toEqual([]);
  });
});

describe('the session of the service role', () => {
  /** Different tenants: none is in the cache. */
  const issueFor = (value: string) => fixture.provider.issue(requestFor({}, [{ key: 'TenantID', value }]));

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
  const issueFor = (value: string) => fixture.provider.issue(requestFor({}, [{ key: 'TenantID', value }]));
  /** STS takes no session that was issued so far. */
  const revoke = (name: string) => {
    const dead = new Set(fixture.sts.calls.map(({ signedBy }) => signedBy));
    fixture.sts.accessRole = (input) =>
      dead.has(fixture.sts.calls.at(-1)?.signedBy ?? '') ? refusing(name)(input) : fixture.sts.session(input);
  };

  it.each(['AccessDenied', 'ExpiredTokenException', 'InvalidClientTokenId'])(
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

  it('is not suspected within a minute of its issue: a refusal costs an application one session a minute', async () => {
    await issueFor('one');
    fixture.sts.accessRole = refusing('AccessDenied');
    fixture.clock.advance(MINUTE + 1);
    for (const tenant of ['two', 'three', 'four']) {
      await expect(issueFor(tenant)).rejects.toMatchObject({ code: 'AccessRoleNotAssumable' });
    }
    expect(fixture.sts.callsForServiceRole()).toHaveLength(2);
  });
});
