// Sessions of target roles: the exact calls of STS, and what its refusals become.
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issuer } from '../../../service/web-identity/issuer.ts';
import { RoleSessions, type Wanted } from '../../../service/web-identity/role-sessions.ts';

const sts = mockClient(STSClient);
const issuer = { token: async () => 'the.signed.token' } as unknown as Issuer;
const sessions = new RoleSessions(() => new STSClient({ region: 'eu-west-1' }), issuer);
const role = 'arn:aws:iam::999999789012:role/DBAdmin';
const wanted: Wanted = {
  service: 'sandbox',
  role,
  sessionName: 'ada@example.com',
  tags: { User: 'ada@example.com', TenantID: 'Yellow' },
  durationSeconds: 28_800,
  mode: 'web-identity',
};
const Expiration = new Date(Date.UTC(2026, 10, 28, 20));
const Credentials = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration,
};

function refusing(name: string, message: string) {
  const error = Object.assign(new Error(message), { name });
  sts.on(AssumeRoleCommand).rejects(error);
  sts.on(AssumeRoleWithWebIdentityCommand).rejects(error);
}

afterAll(() => sts.restore());
beforeEach(() => {
  sts.reset();
  sts.on(AssumeRoleCommand).resolves({ Credentials });
  sts.on(AssumeRoleWithWebIdentityCommand).resolves({ Credentials });
});

describe('a session', () => {
  it.each(['web-identity', 'chained'] as const)(
    'is asked of the STS that has its role’s partition: %s',
    async (mode) => {
      const asked: string[] = [];
      const ofPartition = new RoleSessions((partition) => {
        asked.push(partition);
        return new STSClient({ region: 'cn-north-1' });
      }, issuer);
      await ofPartition.issue({ ...wanted, role: 'arn:aws-cn:iam::999999789012:role/DBAdmin', mode });
      expect(asked).toEqual(['aws-cn']);
    },
  );

  it('by web identity has the user’s name and the whole duration', async () => {
    expect(await sessions.issue(wanted)).toEqual({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiresAt: Expiration.getTime(),
    });
    expect(sts.calls().map(({ args }) => args[0].input)).toEqual([
      {
        RoleArn: role,
        RoleSessionName: 'ada@example.com',
        WebIdentityToken: 'the.signed.token',
        DurationSeconds: 28_800,
      },
    ]);
  });

  it('that is chained carries the same of the user, and the target as external id', async () => {
    await sessions.issue({ ...wanted, mode: 'chained', durationSeconds: 3_600 });
    expect(sts.calls().map(({ args }) => args[0].input)).toEqual([
      {
        RoleArn: role,
        RoleSessionName: 'ada@example.com',
        ExternalId: 'sandbox',
        SourceIdentity: 'ada@example.com',
        Tags: [
          { Key: 'User', Value: 'ada@example.com' },
          { Key: 'TenantID', Value: 'Yellow' },
        ],
        TransitiveTagKeys: ['User', 'TenantID'],
        DurationSeconds: 3_600,
      },
    ]);
  });

  it.each([{}, { ...Credentials, SessionToken: '' }, { ...Credentials, Expiration: new Date(Number.NaN) }])(
    'that STS answers with incompletely is none',
    async (incomplete) => {
      sts.on(AssumeRoleWithWebIdentityCommand).resolves({ Credentials: incomplete as typeof Credentials });
      await expect(sessions.issue(wanted)).rejects.toMatchObject({ code: 'StsUnavailable' });
    },
  );
});

describe('a refusal of STS', () => {
  it.each([
    [
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      'TrustMissing',
      'sts:AssumeRoleWithWebIdentity',
    ],
    ['AccessDenied', 'Not authorized to perform sts:TagSession', 'TrustMissing', 'sts:TagSession'],
    [
      'AccessDenied',
      '… not authorized to perform: sts:SetSourceIdentity on …',
      'TrustMissing',
      'sts:SetSourceIdentity',
    ],
    [
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account',
      'IdentityProviderMissing',
      role,
    ],
    ['InvalidIdentityTokenException', 'No OpenIDConnect provider found', 'IdentityProviderMissing', role],
    [
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      'DurationAboveMaximum',
      role,
    ],
    ['ValidationError', 'something else', 'StsUnavailable', 'no session'],
    ['PackedPolicyTooLarge', '', 'SessionTagsTooLarge', ''],
    ['IDPCommunicationError', '', 'StsUnavailable', ''],
    ['Throttling', '', 'StsUnavailable', ''],
  ])('%s (%s) is %s, and says what is missing', async (name, message, code, text) => {
    refusing(name, message);
    const error = await sessions.issue(wanted).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(String(error)).not.toContain('the.signed.token');
  });

  it('names sts:AssumeRole where it was a chain', async () => {
    refusing('AccessDenied', 'is not authorized to perform: sts:AssumeRole');
    await expect(sessions.issue({ ...wanted, mode: 'chained' })).rejects.toThrow(
      'allow the portal sts:AssumeRole',
    );
  });
});
