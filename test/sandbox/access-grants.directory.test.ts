// Grants for a directory's users: what the location's role must let S3 Access Grants set, and what a user sees of their grants.
import { ListCallerAccessGrantsCommand } from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import type { IdentityContext } from '../../sandbox/identities/identity-context.ts';
import {
  accountId,
  applicationArn,
  callerRole,
  dataAccess,
  grant,
  identityCenterArn,
  locationTrust,
  s3Control,
  served,
  sessionOf,
  toRole,
  useAccessGrantsAccount,
} from './fixtures/access-grants-account.ts';

useAccessGrantsAccount();

const user: IdentityContext = {
  userId: 'a1b2c3d4-5678-90ab-cdef-000000000001',
  groupIds: ['a1b2c3d4-5678-90ab-cdef-000000000002'],
  identityStoreArn: 'arn:aws:identitystore::123456789012:identitystore/d-0123456789',
  instanceArn: identityCenterArn,
  applicationArn,
};
const toUser = { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: user.userId } as const;
const toGroup = { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: String(user.groupIds[0]) } as const;
const target = 's3://shop/users/*';

describe('the location’s role', () => {
  const askWith = async (trust: ReturnType<typeof locationTrust>) => {
    const role = callerRole('Asking');
    await grant(target, 'READ', toUser);
    served.account.identities.updateTrustPolicy('Location', trust);
    return dataAccess(sessionOf(role, user), target, 'READ');
  };
  const refused = {
    name: 'StsNotAuthorizedError',
    message: `User: access-grants.s3.amazonaws.com is not authorized to perform: sts:SetContext on resource: arn:aws:iam::${accountId}:role/Location`,
  };

  it('must let S3 Access Grants have sts:SetContext', async () => {
    const trust = locationTrust((name, statement) => (name === 'SetContext' ? undefined : statement));
    await expect(askWith(trust)).rejects.toMatchObject(refused);
  });

  it('must let it have the context of Identity Center, and not another provider’s', async () => {
    const other = { 'sts:RequestContextProviders': 'arn:aws:iam::aws:contextProvider/Other' };
    const trust = locationTrust((name, statement) =>
      name === 'SetContext' ? { ...statement, Condition: { 'ForAllValues:ArnEquals': other } } : statement,
    );
    await expect(askWith(trust)).rejects.toMatchObject(refused);
  });

  it('sets no source identity for a user of the directory', async () => {
    const trust = locationTrust((name, statement) => (name === 'SetSourceIdentity' ? undefined : statement));
    await expect(askWith(trust)).resolves.toHaveProperty('Grantee', toUser);
  });
});

describe('ListCallerAccessGrants', () => {
  it('shows a user their own grants, their groups’ and the role’s, and with the application’s in mind fewer', async () => {
    const role = callerRole('Asking');
    const otherApplication = `${applicationArn}0`;
    await grant('s3://shop/a/*', 'READ', toRole(role));
    await grant('s3://shop/b/*', 'READ', toUser, applicationArn);
    await grant('s3://shop/c/*', 'READWRITE', toUser, otherApplication);
    await grant('s3://shop/d/*', 'READ', toGroup);
    await grant('s3://other/e/*', 'READ', toUser);
    const list = async (more: object) => {
      const command = new ListCallerAccessGrantsCommand({ AccountId: accountId, ...more });
      const { CallerAccessGrantsList = [] } = await s3Control(sessionOf(role, user)).send(command);
      return CallerAccessGrantsList.map(({ GrantScope, ApplicationArn }) => [GrantScope, ApplicationArn]);
    };
    expect(await list({})).toEqual([
      ['s3://shop/a/*', 'NA'],
      ['s3://shop/b/*', applicationArn],
      ['s3://shop/c/*', otherApplication],
      ['s3://shop/d/*', 'ALL'],
      ['s3://other/e/*', 'ALL'],
    ]);
    expect((await list({ AllowedByApplication: true })).map(([scope]) => scope)).toEqual([
      's3://shop/a/*',
      's3://shop/b/*',
      's3://shop/d/*',
      's3://other/e/*',
    ]);
    expect(await list({ GrantScope: 's3://other' })).toEqual([['s3://other/e/*', 'ALL']]);
  });
});
