// Data access as AWS's guide has it in tables: every case against the sandbox's S3 Access Grants. ShopFast's: test/sandbox/shopfast.test.ts.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { GetDataAccessCommandOutput, Grantee } from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import type { IdentityContext } from '../../sandbox/identities/identity-context.ts';
import {
  applicationArn,
  callerRole,
  dataAccess,
  grant,
  identityCenterArn,
  putObject,
  served,
  sessionOf,
  useAccessGrantsAccount,
  vendedSettings,
} from '../sandbox/fixtures/access-grants-account.ts';
import { type DataCase, type DataGrant, readTable } from './data-access-case.ts';

useAccessGrantsAccount();

const directory = (end: number) => `a1b2c3d4-5678-90ab-cdef-00000000000${end}`;
const theUser: IdentityContext = {
  userId: directory(1),
  groupIds: [directory(2), directory(3)],
  identityStoreArn: 'arn:aws:identitystore::123456789012:identitystore/d-0123456789',
  instanceArn: identityCenterArn,
  applicationArn,
};
const contexts: Readonly<Record<DataCase['ask']['as'], IdentityContext | undefined>> = {
  'the role': undefined,
  'the user': theUser,
  'the user of another Identity Center': { ...theUser, instanceArn: `${identityCenterArn}0` },
};
const applications = { 'the application': applicationArn, 'another application': `${applicationArn}0` };

const role = (name: string): Grantee => ({
  GranteeType: 'IAM',
  GranteeIdentifier: `arn:aws:iam::123456789012:role/${name}`,
});
/** Whom the cases speak of; any other name is a role's. */
const cast: Readonly<Record<string, Grantee>> = {
  'the role': role('Asking'),
  'another role': role('Other'),
  'the user': { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: directory(1) },
  'another user': { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: directory(9) },
  'the group': { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: directory(2) },
  'another group': { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: directory(8) },
};

async function grantAll(grants: readonly DataGrant[]): Promise<void> {
  for (const { to, scope, permission, through } of grants) {
    await grant(scope, permission, cast[to] ?? role(to), through && applications[through]);
  }
}

/** @returns the error's code where it is denied */
async function readAs(answer: GetDataAccessCommandOutput, Key: string): Promise<string> {
  const client = new S3Client({ ...vendedSettings(answer), forcePathStyle: true });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'shop', Key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    return (error as Error).name;
  }
}

describe.each(['privilege', 'directory'])('%s', (name) => {
  const { grants, cases } = readTable(name);

  it.each(cases)('$name', async ({ grants: own = grants, ask, expect: expected }) => {
    const asking = callerRole('Asking');
    await grantAll(own);
    const { as, target, permission, privilege, targetType } = ask;
    const request = dataAccess(sessionOf(asking, contexts[as]), target, permission, {
      ...(privilege && { Privilege: privilege }),
      ...(targetType && { TargetType: targetType }),
    });
    if ('error' in expected) {
      await expect(request).rejects.toMatchObject({ name: expected.error });
      return;
    }
    const answer = await request;
    expect(answer).toMatchObject({
      MatchedGrantTarget: expected.matched,
      Grantee: cast[expected.grantee],
    });
    const keys = [...expected.reaches, ...expected.misses];
    for (const key of keys) putObject('shop', key, key);
    const found = await Promise.all(keys.map((key) => readAs(answer, key)));
    expect(found).toEqual([...expected.reaches, ...expected.misses.map(() => 'AccessDenied')]);
  });
});

describe('a session that acts for a user', () => {
  it('is in the trail as theirs, and so is what the vended credentials do', async () => {
    const by = sessionOf(callerRole('Asking'), theUser);
    await grantAll([{ to: 'the user', scope: 's3://shop/bob/*', permission: 'READ' }]);
    putObject('shop', 'bob/a', 'text');
    expect(await readAs(await dataAccess(by, 's3://shop/bob/*', 'READ'), 'bob/a')).toBe('text');
    const { userId, identityStoreArn } = theUser;
    expect(served.account.trail.events.slice(-2)).toMatchObject([
      { operation: 'GetDataAccess', onBehalfOf: { userId, identityStoreArn } },
      { operation: 'GetObject', onBehalfOf: { userId, identityStoreArn } },
    ]);
  });
});
