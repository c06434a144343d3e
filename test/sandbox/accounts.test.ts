// Several accounts: identities and buckets of their own, one world of names, and roles that cross the border.

import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../sandbox/account/account.ts';
import { openAccount } from '../../sandbox/account/accounts.ts';
import { dynamodb } from '../../sandbox/services/dynamodb/service.ts';
import { iam } from '../../sandbox/services/iam/service.ts';
import { kms } from '../../sandbox/services/kms/service.ts';
import { s3 } from '../../sandbox/services/s3/service.ts';
import { sts } from '../../sandbox/services/sts/service.ts';
import { type ClientSettings, type ServedAccount, serveAccount } from './fixtures/served-account.ts';
import { startTokenIssuer, type TokenIssuer } from './fixtures/token-issuer.ts';

const own = '123456789012';
const elsewhere = '444455556666';
const rootOf = (accountId: string) => `arn:aws:iam::${accountId}:root`;
const allow = (Action: string | string[], more: object = { Resource: '*' }) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, ...more }],
});
const trust = (AWS: string | string[], ...Action: string[]) => allow(Action, { Principal: { AWS } });
const LocationConstraint = 'eu-west-1';

let served: ServedAccount;
let other: Account;
let here: ClientSettings;
let there: ClientSettings;
let issuer: TokenIssuer;
let count = 0;

beforeAll(async () => {
  served = await serveAccount([dynamodb, iam, kms, s3, sts]);
  other = openAccount(served.account, elsewhere);
  here = served.administrator;
  there = { ...here, credentials: other.identities.administrator };
  issuer = await startTokenIssuer();
});
afterAll(() => Promise.all([served.close(), issuer.close()]));

const s3Of = (settings: ClientSettings) => new S3Client({ ...settings, forcePathStyle: true });

/** A role of an account, made by its administrator. */
async function roleOf(settings: ClientSettings, trustPolicy: object, policy?: object) {
  count += 1;
  const RoleName = `Role${count}`;
  const client = new IAMClient(settings);
  const AssumeRolePolicyDocument = JSON.stringify(trustPolicy);
  const { Role } = await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  if (policy) {
    const PolicyDocument = JSON.stringify(policy);
    await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'May', PolicyDocument }));
  }
  return Role?.Arn ?? '';
}

async function assume(RoleArn: string, settings: ClientSettings): Promise<ClientSettings> {
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'alice' });
  const { Credentials } = await new STSClient(settings).send(command);
  return {
    ...here,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
}

const whoIs = (settings: ClientSettings) => new STSClient(settings).send(new GetCallerIdentityCommand());

describe('an account', () => {
  it('is the one of the credentials that signed', async () => {
    expect(await whoIs(here)).toMatchObject({ Account: own });
    expect(await whoIs(there)).toMatchObject({
      Account: elsewhere,
      Arn: `arn:aws:iam::${elsewhere}:user/Administrator`,
    });
  });

  it('has identities of its own, and sees no other’s', async () => {
    const policy = JSON.stringify(trust(rootOf(elsewhere), 'sts:AssumeRole'));
    const shared = new CreateRoleCommand({ RoleName: 'Shared', AssumeRolePolicyDocument: policy });
    const [a, b] = await Promise.all([here, there].map((settings) => new IAMClient(settings).send(shared)));
    expect([a?.Role?.Arn, b?.Role?.Arn]).toEqual([
      `arn:aws:iam::${own}:role/Shared`,
      `arn:aws:iam::${elsewhere}:role/Shared`,
    ]);
    const hidden = await roleOf(there, trust(rootOf(elsewhere), 'sts:AssumeRole'));
    const RoleName = hidden.split('/').at(-1);
    await expect(new IAMClient(here).send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    const { Roles = [] } = await new IAMClient(here).send(new ListRolesCommand());
    expect(Roles.map(({ Arn }) => Arn)).not.toContain(hidden);
  });

  it('has IAM, STS, S3 and IAM Identity Center, and what else the first has is refused by name', async () => {
    for (const [name, call] of [
      ['dynamodb', () => new DynamoDBClient(there).send(new ListTablesCommand())],
      ['kms', () => new KMSClient(there).send(new DescribeKeyCommand({ KeyId: 'alias/any' }))],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        name: 'NotImplemented',
        message: `The sandbox has no service ${name} in account ${elsewhere}.`,
      });
    }
  });

  it('is opened once, under a number', () => {
    expect(() => openAccount(served.account, elsewhere)).toThrow(`there is an account ${elsewhere} already`);
    expect(() => openAccount(other, own)).toThrow(`there is an account ${own} already`);
    expect(() => openAccount(served.account, '1234')).toThrow('1234 is no account number: 12 digits');
  });
});

describe('a role of another account', () => {
  const may = allow('sts:AssumeRole');

  it.each<[string, () => object, object | undefined, boolean]>([
    ['both sides allow it, the account being trusted', () => trust(rootOf(own), 'sts:AssumeRole'), may, true],
    ['the trust policy alone', () => trust(rootOf(own), 'sts:AssumeRole'), undefined, false],
    ['the identity policy alone', () => trust(rootOf(elsewhere), 'sts:AssumeRole'), may, false],
    ['neither', () => trust(rootOf(elsewhere), 'sts:AssumeRole'), undefined, false],
  ])('is assumed where %s', async (_, trustPolicy, identityPolicy, allowed) => {
    const callerArn = await roleOf(here, trust(rootOf(own), 'sts:AssumeRole'), identityPolicy);
    const caller = await assume(callerArn, here);
    const target = await roleOf(there, trustPolicy());
    const assumed = assume(target, caller);
    if (!allowed) {
      await expect(assumed).rejects.toMatchObject({ name: 'AccessDenied' });
      return;
    }
    expect(await whoIs(await assumed)).toMatchObject({
      Account: elsewhere,
      Arn: `arn:aws:sts::${elsewhere}:assumed-role/${target.split('/').at(-1)}/alice`,
    });
  });

  it('needs the identity policy also where the trust policy names the caller', async () => {
    const bare = await roleOf(here, trust(rootOf(own), 'sts:AssumeRole'));
    const permitted = await roleOf(here, trust(rootOf(own), 'sts:AssumeRole'), may);
    const target = await roleOf(there, trust([bare, permitted], 'sts:AssumeRole'));
    await expect(assume(target, await assume(bare, here))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(served.account.trail.events.at(-1)?.reason).toMatch(/because no identity-based policy allows/);
    await assume(target, await assume(permitted, here));
  });

  it('is trusted by unique id: one made anew is another', async () => {
    const caller = await roleOf(here, trust(rootOf(own), 'sts:AssumeRole'), may);
    const RoleName = caller.split('/').at(-1) ?? '';
    const target = await roleOf(there, trust(caller, 'sts:AssumeRole'));
    const { identities } = served.account;
    identities.deleteRolePolicy(RoleName, 'May');
    identities.deleteRole(RoleName);
    identities.createRole({
      roleName: RoleName,
      trustPolicy: trust(rootOf(own), 'sts:AssumeRole'),
      inlinePolicies: { May: may },
    });
    await expect(assume(target, await assume(caller, here))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('may be named in a trust policy only where it exists', async () => {
    const missing = `arn:aws:iam::${elsewhere}:role/Missing`;
    await expect(roleOf(here, trust(missing, 'sts:AssumeRole'))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
  });

  it('is in the condition of the account that owns it', async () => {
    const policy = (accountId: string) => ({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceAccount': accountId } },
        },
      ],
    });
    const target = await roleOf(there, trust(rootOf(own), 'sts:AssumeRole'));
    const caller = async (accountId: string) =>
      assume(await roleOf(here, trust(rootOf(own), 'sts:AssumeRole'), policy(accountId)), here);
    await assume(target, await caller(elsewhere));
    await expect(assume(target, await caller(own))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('takes tokens of its own account’s provider alone', async () => {
    const aud = 'sts.amazonaws.com';
    const Url = issuer.url;
    const now = Math.floor(Date.now() / 1_000);
    const token = await issuer.sign({ iss: Url, sub: 'console:alice', aud, iat: now, exp: now + 60 });
    const Federated = `arn:aws:iam::${elsewhere}:oidc-provider/${issuer.keyPrefix}`;
    const RoleArn = await roleOf(there, allow('sts:AssumeRoleWithWebIdentity', { Principal: { Federated } }));
    const exchange = () =>
      new STSClient(here).send(
        new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'alice', WebIdentityToken: token }),
      );
    const provider = new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: [aud] });
    await new IAMClient(here).send(provider);
    await expect(exchange()).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await new IAMClient(there).send(provider);
    expect((await exchange()).AssumedRoleUser?.Arn).toMatch(`arn:aws:sts::${elsewhere}:assumed-role/`);
  });
});

describe('buckets', () => {
  it('are their account’s, with one name in all the world', async () => {
    const Bucket = 'one-name';
    const create = new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } });
    await s3Of(there).send(create);
    await expect(s3Of(here).send(create)).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
    await expect(s3Of(there).send(create)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    const names = async (settings: ClientSettings) =>
      (await s3Of(settings).send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name) ?? [];
    expect(await names(there)).toContain(Bucket);
    expect(await names(here)).not.toContain(Bucket);
  });

  it('are closed to another account, whatever its policies allow, and open to a role of their own', async () => {
    const Bucket = 'closed';
    const object = { Bucket, Key: 'a' };
    await s3Of(there).send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
    );
    await s3Of(there).send(new PutObjectCommand({ ...object, Body: 'a' }));
    await expect(s3Of(here).send(new GetObjectCommand(object))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Access Denied',
    });
    const target = await roleOf(there, trust(rootOf(own), 'sts:AssumeRole'), allow('s3:GetObject'));
    const { Body } = await s3Of(await assume(target, here)).send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('a');
  });
});
