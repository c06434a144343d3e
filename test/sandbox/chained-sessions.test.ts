// What an application can make of its session in a chain of roles: another tenant's, or not; and as whom it is known there.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBucket, dataOf, readData } from '../../client/account/tenant-bucket.ts';
import { type BrokerAnswer, credentialsOf } from '../../client/broker-client.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

const bucket = 'chained-tenants';
beforeAll(() =>
  createBucket(broker.clients.s3, { bucket, region: sandbox.account.region, tenants: ['Yellow', 'Blue'] }),
);

const allow = (statement: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});
/** The objects of the tenant that the session has for a tag. */
const ownFolder = allow({
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/\${aws:PrincipalTag/TenantID}/*`,
});

const settingsOf = (credentials: object) => ({
  region: sandbox.account.region,
  endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
  credentials: credentialsOf(credentials),
});
const s3Of = (credentials: object) => new S3Client({ ...settingsOf(credentials), forcePathStyle: true });
const read = (credentials: object, tenant: string) => readData(s3Of(credentials), bucket, tenant);

/** A second role with the access role's policy, which that may assume and tag as it likes. */
function createSecondRole({ accessRoleName }: BrokerApplication, ...furtherActions: string[]): string {
  const { identities } = sandbox.account;
  return identities.createRole({
    roleName: `${accessRoleName}Second`,
    trustPolicy: allow({
      Principal: { AWS: identities.role(accessRoleName).arn },
      Action: ['sts:AssumeRole', 'sts:TagSession', ...furtherActions],
    }),
    inlinePolicies: { ownFolder },
  }).arn;
}

async function assume(credentials: object, RoleArn: string, input: Partial<AssumeRoleCommandInput> = {}) {
  const client = new STSClient(settingsOf(credentials));
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'second', ...input });
  return (await client.send(command)).Credentials as object;
}

const codesOf = ({ body }: BrokerAnswer) => (body['Warnings'] as { Code: string }[]).map(({ Code }) => Code);
const asBlue = { Tags: [{ Key: 'TenantID', Value: 'Blue' }] };

async function registered(name: string, fields: object) {
  const app = broker.createApplication(name);
  sandbox.account.identities.putRolePolicy(app.accessRoleName, 'ownFolder', ownFolder);
  const answer = await app.call('POST', 'applications', { ...app.registration(), ...fields });
  expect(answer).toMatchObject({ status: 201 });
  const { status, body } = await app.credentials('Yellow');
  expect(status).toBe(200);
  return { app, answer, yellow: body };
}

describe('a tenant’s session that assumes a second role as another tenant', () => {
  it('is refused by STS, for its tag is transitive, and stays who it is', async () => {
    const { app, answer, yellow } = await registered('Chaining', {});
    expect(codesOf(answer)).not.toContain('SessionTagNotTransitive');
    const second = createSecondRole(app);
    await expect(assume(yellow, second, asBlue)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('conflicts with a transitive tag key from the calling session'),
    });
    const chained = await assume(yellow, second);
    expect(await read(chained, 'Yellow')).toBe(dataOf('Yellow'));
    await expect(read(chained, 'Blue')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('reads the other’s objects where the registration makes no tag transitive, of which it is warned', async () => {
    const { app, answer, yellow } = await registered('Loose', { TransitiveTagKeys: [] });
    expect(codesOf(answer)).toContain('SessionTagNotTransitive');
    await expect(read(yellow, 'Blue')).rejects.toMatchObject({ name: 'AccessDenied' });
    const chained = await assume(yellow, createSecondRole(app), asBlue);
    expect(await read(chained, 'Blue')).toBe(dataOf('Blue'));
  });

  it('gives itself an optional tag that its token had no claim for: there is none to be passed on', async () => {
    const SessionTags = { Tier: { Claim: 'custom:tier', Optional: true } };
    const { app, yellow } = await registered('Optional', { SessionTags });
    expect(Object.fromEntries(broker.sessionOf(yellow).principalTags)).toEqual({ TenantID: 'Yellow' });
    const Tags = [{ Key: 'Tier', Value: 'gold' }];
    const chained = await assume(yellow, createSecondRole(app), { Tags });
    const tags = broker.sessionOf(chained as Record<string, unknown>).principalTags;
    expect(Object.fromEntries(tags)).toEqual({ TenantID: 'Yellow', Tier: 'gold' });
  });
});

describe('a source identity', () => {
  const claim = { SourceIdentityClaim: 'cognito:username' };
  /** Adds an action that the access role’s trust policy allows the broker. */
  function allowBroker(roleName: string, Action: string): void {
    const { identities } = sandbox.account;
    const trust = identities.shownTrustPolicy(identities.role(roleName));
    const [first] = trust.Statement as { Principal: object }[];
    identities.updateTrustPolicy(roleName, {
      ...trust,
      Statement: [...(trust.Statement as object[]), { Effect: 'Allow', Principal: first?.Principal, Action }],
    });
  }
  const sessionsOf = (app: BrokerApplication) =>
    sandbox.account.trail.events.filter(
      ({ operation, parameters }) =>
        operation === 'AssumeRole' && parameters?.['RoleArn']?.endsWith(`/${app.accessRoleName}`),
    );

  it('is refused at registration where the trust policy does not let it be set, and the answer names the action', async () => {
    const app = broker.createApplication('Unidentified');
    const registration = { ...app.registration(), ...claim };
    const { status, body } = await app.call('POST', 'applications', registration);
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'AccessRoleNotAssumable' });
    expect(body['message']).toMatch(
      /trust policy must allow sts:SetSourceIdentity to the principal arn:aws:iam::\d{12}:role\/IAMSessionBroker, beside sts:AssumeRole, or SourceIdentityClaim be left out$/,
    );
    allowBroker(app.accessRoleName, 'sts:SetSourceIdentity');
    expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
  });

  it('is the user’s in every session, known to policies, and kept in a chain', async () => {
    const app = broker.createApplication('Identified');
    allowBroker(app.accessRoleName, 'sts:SetSourceIdentity');
    const { identities } = sandbox.account;
    identities.putRolePolicy(app.accessRoleName, 'own', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${bucket}/*`,
          Condition: { StringEquals: { 'aws:SourceIdentity': 'user-of-Yellow' } },
        },
        { Effect: 'Allow', Action: 'sts:SetSourceIdentity', Resource: '*' },
      ],
    });
    const registration = { ...app.registration(), ...claim };
    expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });

    const [yellow, blue] = [await app.credentials('Yellow'), await app.credentials('Blue')];
    const named = sessionsOf(app).map(({ parameters }) => parameters?.['SourceIdentity']);
    expect(named.slice(-2)).toEqual(['user-of-Yellow', 'user-of-Blue']);
    expect(new Set(named.slice(0, -2))).toEqual(new Set(['IAMSessionBroker-probe']));
    expect(await read(yellow.body, 'Yellow')).toBe(dataOf('Yellow'));
    await expect(
      s3Of(blue.body).send(new GetObjectCommand({ Bucket: bucket, Key: 'Blue/file.txt' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });

    const second = createSecondRole(app, 'sts:SetSourceIdentity');
    await expect(assume(yellow.body, second, { SourceIdentity: 'user-of-Blue' })).rejects.toThrow(
      'The source identity is already set',
    );
    const chained = await assume(yellow.body, second);
    expect(broker.sessionOf(chained as Record<string, unknown>).sourceIdentity).toBe('user-of-Yellow');
    expect(broker.recordsOf(app.roleName).at(-1)).toMatchObject({ sourceIdentity: 'user-of-Blue' });
  });

  it('does not hide the access role’s own tags, and those of optional claims are seen too', async () => {
    const tagged = async (name: string, accessRoleTags: Record<string, string>) => {
      const app = broker.createApplication(name, { accessRoleTags });
      allowBroker(app.accessRoleName, 'sts:SetSourceIdentity');
      const SessionTags = { Plan: 'custom:plan', Tier: { Claim: 'custom:tier', Optional: true } };
      return codesOf(
        await app.call('POST', 'applications', { ...app.registration(), ...claim, SessionTags }),
      );
    };
    expect(await tagged('OwnTenant', { TenantID: 'Blue' })).toContain('AccessRoleHasSessionTag');
    expect(await tagged('OwnTier', { Tier: 'gold' })).toContain('AccessRoleHasSessionTag');
    expect(await tagged('OwnPlan', { Plan: 'gold' })).not.toContain('AccessRoleHasSessionTag');
  });
});
