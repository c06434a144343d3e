// Temporary security credentials: what STS is asked, and what is kept of its answers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredRegistration } from '../../../service/registrations/stored-registration.ts';
import {
  sessionRequestOf,
  TemporaryCredentialsProvider,
} from '../../../service/sessions/temporary-credentials.ts';
import { deployment } from '../../support/callers.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { storedWith } from '../../support/registrations.ts';
import { FakeSts, FUNCTION_KEY, refusing } from '../../support/sts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const tenant = { key: 'TenantID', value: 'Yellow' };
const unavailable = {
  code: 'StsUnavailable',
  statusCode: 503,
  message: 'temporary credentials cannot be issued at the moment',
};
let clock: FrozenClock;
let sts: FakeSts;
let provider: TemporaryCredentialsProvider;

beforeEach(() => {
  clock = frozenClock();
  sts = new FakeSts(clock.now);
  provider = new TemporaryCredentialsProvider({
    ...deployment,
    createClient: sts.createClient,
    now: clock.now,
  });
});
afterEach(() => sts.restore());

const requestFor = (overrides: Partial<StoredRegistration> = {}, tags = [tenant]) =>
  sessionRequestOf(storedWith(overrides), tags, deployment);
const issue = (overrides: Partial<StoredRegistration> = {}) => provider.issue(requestFor(overrides));

describe('the chain of roles', () => {
  it('is the service role with the function’s credentials, then the access role with the service role’s', async () => {
    const credentials = await provider.issue(
      requestFor({ accessRoleName: 'team/AppAccess', sessionDurationSeconds: 900 }, [
        tenant,
        { key: 'Tier', value: 'gold' },
      ]),
    );

    expect(sts.calls).toEqual([
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
        },
      },
    ]);
    expect(credentials).toMatchObject({
      accessKeyId: 'ASIASESSION2',
      secretAccessKey: 'secret-2',
      sessionToken: 'session-token-2',
      expiresAt: clock.now() + 900_000,
    });
  });

  it('stays in the deployment’s partition', () => {
    const { input } = sessionRequestOf(storedWith(), [tenant], { ...deployment, partition: 'aws-cn' });
    expect(input.RoleArn).toBe('arn:aws-cn:iam::111122223333:role/AppAccess');
  });

  it('names the session by a slug where the tag is no session name', () => {
    expect(requestFor({}, [{ key: 'TenantID', value: 'Yellow/Blue' }]).input).toMatchObject({
      RoleSessionName: 'Yellow-Blue-5e17f8ee96',
      Tags: [{ Key: 'TenantID', Value: 'Yellow/Blue' }],
    });
  });
});

describe('the cache key of a session', () => {
  const original = requestFor();

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
    ['number of tags', requestFor({}, [tenant, { key: 'Tier', value: 'gold' }])],
    ['account', sessionRequestOf(storedWith(), [tenant], { ...deployment, accountId: '444455556666' })],
    ['partition', sessionRequestOf(storedWith(), [tenant], { ...deployment, partition: 'aws-cn' })],
  ])('changes with the %s', (_, { cacheKey }) => {
    expect(cacheKey).not.toBe(original.cacheKey);
  });
});

describe('scoped credentials', () => {
  it('are asked for once by a hundred concurrent requests', async () => {
    const issued = await Promise.all(Array.from({ length: 100 }, () => issue()));

    expect(new Set(issued).size).toBe(1);
    expect(sts.calls).toHaveLength(2);
  });

  it('of different tenants are asked for separately, through one session of the service role', async () => {
    const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
    const issued = await Promise.all(
      tenants.map((value) => provider.issue(requestFor({}, [{ key: 'TenantID', value }]))),
    );

    expect(new Set(issued.map(({ accessKeyId }) => accessKeyId)).size).toBe(20);
    expect(sts.callsForServiceRole()).toHaveLength(1);
    expect(sts.callsForAccessRoles().map(({ input }) => input.Tags?.[0]?.Value)).toEqual(tenants);
  });

  it('are renewed no sooner where STS tells their expiration in whole seconds', async () => {
    clock.advance(999);
    sts.accessRole = (input) => {
      const { Credentials } = sts.session(input);
      const seconds = Math.floor(Credentials.Expiration.getTime() / 1000);
      return { Credentials: { ...Credentials, Expiration: new Date(seconds * 1000) } };
    };
    await issue();
    sts.forget();
    clock.advance(45 * 60_000 - 1);
    await issue();
    expect(sts.callsForAccessRoles()).toHaveLength(0);
    clock.advance(1);
    await issue();
    expect(sts.callsForAccessRoles()).toHaveLength(1);
  });

  it.each([900, 3600])('of %d seconds are fresh for three quarters of their life', async (lifeSeconds) => {
    const request = requestFor({ sessionDurationSeconds: lifeSeconds });
    const issued = await provider.issue(request);
    clock.advance(lifeSeconds * 750 - 1);
    expect(provider.cached(request)).toBe(issued);
    expect(await provider.issue(request)).toBe(issued);
    clock.advance(1);

    expect(provider.cached(request)).toBeUndefined();
    expect((await provider.issue(request)).accessKeyId).not.toBe(issued.accessKeyId);
  });

  it('are served while STS fails until a minute before they expire', async () => {
    const issued = await issue();
    sts.serviceRole = sts.accessRole = refusing('ServiceUnavailable');
    clock.advance(HOUR - MINUTE - 1);
    expect(await issue()).toBe(issued);
    clock.advance(1);

    await expect(issue()).rejects.toMatchObject(unavailable);
  });

  it('are not cached before they were issued', () => {
    expect(provider.cached(requestFor())).toBeUndefined();
    expect(sts.calls).toEqual([]);
  });
});

describe('the session of the service role', () => {
  /** Different tenants: none is in the cache. */
  const issueFor = (value: string) => provider.issue(requestFor({}, [{ key: 'TenantID', value }]));

  it('serves until five minutes before it expires, and is then renewed', async () => {
    await issueFor('one');
    clock.advance(55 * MINUTE - 1);
    await issueFor('two');
    expect(sts.callsForServiceRole()).toHaveLength(1);
    clock.advance(1);
    await issueFor('three');

    expect(sts.callsForServiceRole()).toHaveLength(2);
    expect(sts.calls.map(({ signedBy }) => signedBy)).toEqual([
      FUNCTION_KEY,
      'ASIASESSION1',
      'ASIASESSION1',
      FUNCTION_KEY,
      'ASIASESSION4',
    ]);
  });

  it('serves to its end while it cannot be renewed', async () => {
    await issueFor('one');
    sts.serviceRole = refusing('Throttling');
    clock.advance(HOUR - 1);
    await expect(issueFor('two')).resolves.toBeDefined();
    clock.advance(1);

    await expect(issueFor('three')).rejects.toMatchObject(unavailable);
  });

  it.each(['AccessDenied', 'ValidationError', 'Throttling', 'InvalidClientTokenId', 'ExpiredTokenException'])(
    'that STS refuses with %s is the broker’s failure, not the application’s',
    async (name) => {
      sts.serviceRole = refusing(name);

      await expect(issue()).rejects.toMatchObject(unavailable);
      expect(sts.callsForAccessRoles()).toEqual([]);
      sts.serviceRole = sts.session;
      clock.advance(1_000);
      await expect(issue()).resolves.toBeDefined();
    },
  );
});
