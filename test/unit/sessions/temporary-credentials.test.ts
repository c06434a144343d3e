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
    ['time of the revocation', requestFor({ revokedAt: '2030-04-01T12:00:00Z' })],
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

  it('have 15 minutes left where STS tells their expiration in whole seconds, too', async () => {
    fixture.clock.advance(999);
    fixture.sts.accessRole = (input) => {
      const session = fixture.sts.session(input);
      const seconds = Math.floor(session.Credentials.Expiration.getTime() / 1000);
      return { ...session, Credentials: { ...session.Credentials, Expiration: new Date(seconds * 1000) } };
    };
    await issue();
    fixture.sts.forget();
    fixture.clock.advance(45 * 60_000 - 1_000);
    await issue();
    expect(fixture.sts.callsForAccessRoles()).toHaveLength(0);
    fixture.clock.advance(1);
    await issue();
    expect(fixture.sts.callsForAccessRoles()).toHaveLength(1);
  });

  it.each([
    [900, 450],
    [1799, 899.5],
    [1800, 900],
    [3600, 2700],
  ])(
    'of %d seconds are fresh for %d: 15 minutes are left of them, or half',
    async (lifeSeconds, freshSeconds) => {
      const request = requestFor({ sessionDurationSeconds: lifeSeconds });
      const issued = await fixture.provider.issue(request);
      fixture.clock.advance(freshSeconds * 1000 - 1);
      expect(fixture.provider.cached(request)).toBe(issued);
      expect(await fixture.provider.issue(request)).toBe(issued);
      fixture.clock.advance(1);

      expect(fixture.provider.cached(request)).toBeUndefined();
      expect((await fixture.provider.issue(request)).accessKeyId).not.toBe(issued.accessKeyId);
    },
  );

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
