// Temporary security credentials: what the errors of STS, and its incomplete answers, become.

import { describe, expect, it } from 'vitest';
import { sessionRequestOf } from '../../../service/sessions/temporary-credentials.ts';
import { deployment, roleIdOf } from '../../support/callers.ts';
import { storedWith } from '../../support/registrations.ts';
import { refusing } from '../../support/sts.ts';
import { stsUnavailable, tenant, useTemporaryCredentials } from '../../support/temporary-credentials.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const notAssumable = {
  code: 'AccessRoleNotAssumable',
  statusCode: 403,
  message:
    'the access role arn:aws:iam::111122223333:role/AppAccess cannot be assumed. It must exist, and its trust ' +
    'policy must allow sts:AssumeRole and sts:TagSession to the principal ' +
    'arn:aws:iam::111122223333:role/IAMSessionBroker; where it asks for an sts:ExternalId, that is App',
};

const fixture = useTemporaryCredentials();
const { requestFor, issue } = fixture;

describe('a refusal of STS', () => {
  const invalid = {
    code: 'AccessRoleNotAssumable',
    statusCode: 403,
    message:
      'STS refuses the session as it is registered for the access role arn:aws:iam::111122223333:role/AppAccess: ' +
      'check SessionDurationSeconds against the role’s maximum session duration, and the session tags',
  };
  const tooLarge = {
    code: 'SessionTagsTooLarge',
    statusCode: 403,
    message: 'the session tags exceed the packed size that STS allows',
  };

  it.each([
    ['AccessDenied', notAssumable],
    ['ValidationError', invalid],
    ['PackedPolicyTooLarge', tooLarge],
    ['PackedPolicyTooLargeException', tooLarge],
    ['Throttling', stsUnavailable],
    ['ThrottlingException', stsUnavailable],
    ['RegionDisabledException', stsUnavailable],
    ['ExpiredTokenException', stsUnavailable],
    ['InternalFailure', stsUnavailable],
  ])('%s is answered as it should be, with STS’s own words for the log only', async (name, answered) => {
    fixture.sts.accessRole = refusing(name);

    await expect(issue()).rejects.toMatchObject({
      ...answered,
      cause: { name, message: `STS says ${name}` },
    });
  });

  const role = 'arn:aws:iam::111122223333:role/AppAccess';
  const broker = 'arn:aws:iam::111122223333:role/IAMSessionBroker';
  it.each([
    [
      'sts:TagSession',
      `the access role ${role} cannot be assumed with session tags: its trust policy must allow ` +
        `sts:TagSession to the principal ${broker}, beside sts:AssumeRole`,
    ],
    [
      'sts:SetSourceIdentity',
      `the access role ${role} cannot be assumed with a source identity: its trust policy must allow ` +
        `sts:SetSourceIdentity to the principal ${broker}, beside sts:AssumeRole, or SourceIdentityClaim be left out`,
    ],
    [
      'sts:AssumeRole',
      `the access role ${role} cannot be assumed. It must exist, and its trust policy must allow ` +
        `sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity to the principal ${broker}; ` +
        'where it asks for an sts:ExternalId, that is App',
    ],
  ])(
    'of %s to a session with a source identity says what the trust policy lacks',
    async (action, message) => {
      const words = `User: … is not authorized to perform: ${action} on resource: ${role}`;
      fixture.sts.accessRole = refusing('AccessDenied', words);
      const request = sessionRequestOf(storedWith(), { tags: [tenant], sourceIdentity: 'alice' }, deployment);

      await expect(fixture.provider.issue(request)).rejects.toMatchObject({
        code: 'AccessRoleNotAssumable',
        statusCode: 403,
        message,
      });
    },
  );

  it.each<[string, unknown]>([
    ['a connection that breaks', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['a time-out', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
    ['something that is no error', 'canary'],
    ['nothing', undefined],
  ])('is not %s: that is a 503', async (_, thrown) => {
    fixture.sts.accessRole = () => {
      throw thrown;
    };

    await expect(issue()).rejects.toMatchObject(stsUnavailable);
  });

  it('ends the session that was cached: a stale one never stands in for it', async () => {
    await issue();
    fixture.sts.accessRole = refusing('AccessDenied');
    fixture.clock.advance(45 * MINUTE);
    await expect(issue()).rejects.toMatchObject(notAssumable);
    fixture.sts.accessRole = refusing('Throttling');
    fixture.clock.advance(10_000);

    await expect(issue()).rejects.toMatchObject(stsUnavailable);
  });

  it('is remembered for ten seconds', async () => {
    fixture.sts.accessRole = refusing('AccessDenied');
    await expect(issue()).rejects.toMatchObject(notAssumable);
    fixture.sts.accessRole = fixture.sts.session;
    fixture.clock.advance(9_999);
    await expect(issue()).rejects.toMatchObject(notAssumable);
    expect(fixture.sts.callsForAccessRoles()).toHaveLength(1);
    fixture.clock.advance(1);

    await expect(issue()).resolves.toBeDefined();
  });

  it('of one tenant, or of an earlier version, is not another’s', async () => {
    fixture.sts.accessRole = refusing('AccessDenied');
    await expect(issue()).rejects.toMatchObject(notAssumable);
    fixture.sts.accessRole = fixture.sts.session;

    await expect(
      fixture.provider.issue(requestFor({}, [{ ...tenant, value: 'Blue' }])),
    ).resolves.toBeDefined();
    await expect(issue({ version: 'version-2' })).resolves.toBeDefined();
  });
});

describe('an answer without credentials is a 503', () => {
  it.each([
    ['no answer', {}],
    ['no secret', { SecretAccessKey: undefined }],
    ['no session token', { SessionToken: undefined }],
    ['no access key id', { AccessKeyId: undefined }],
    ['no expiration', { Expiration: undefined }],
    ['an expiration that is no date', { Expiration: new Date('soon') }],
    ['an expiration that is text', { Expiration: '2030-04-01T12:00:00Z' }],
  ])('%s', async (_, change) => {
    const isEmpty = Object.keys(change).length === 0;
    fixture.sts.accessRole = (input) => {
      const whole = fixture.sts.session(input);
      return isEmpty ? {} : { ...whole, Credentials: { ...whole.Credentials, ...change } };
    };
    await expect(issue()).rejects.toMatchObject(stsUnavailable);

    fixture.sts.serviceRole = fixture.sts.accessRole;
    fixture.clock.advance(HOUR);
    await expect(issue()).rejects.toMatchObject(stsUnavailable);
  });
});

describe('a session of another role than the one that was registered', () => {
  it('is handed out neither at first nor from the cache, and the one of the registered role is', async () => {
    const accessRoleId = roleIdOf('AppAccess', 1);
    await expect(issue({ accessRoleId })).resolves.toBeDefined();
    fixture.clock.advance(HOUR);
    fixture.sts.recreations = 1;
    const recreated = { code: 'AccessRoleRecreated', statusCode: 403 };
    await expect(issue({ accessRoleId })).rejects.toMatchObject(recreated);
    expect(fixture.provider.cached(requestFor({ accessRoleId }))).toBeUndefined();

    await expect(
      issue({ accessRoleId: roleIdOf('AppAccess', 2), version: 'version-2' }),
    ).resolves.toBeDefined();
  });

  it.each([undefined, {}, { AssumedRoleId: '' }, { AssumedRoleId: ':Yellow' }, { AssumedRoleId: 7 }])(
    'is every one of which STS does not say the role, as in %j: that is a 503',
    async (AssumedRoleUser) => {
      fixture.sts.accessRole = (input) => ({ ...fixture.sts.session(input), AssumedRoleUser });
      await expect(issue({ accessRoleId: roleIdOf('AppAccess', 1) })).rejects.toMatchObject(stsUnavailable);
      fixture.clock.advance(1_000);
      await expect(issue()).rejects.toMatchObject(stsUnavailable);
    },
  );
});
