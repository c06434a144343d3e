// STS: whose session it is, one session out of another, and the AWS CLI.
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import {
  accountId,
  assume,
  client,
  clientOf,
  everything,
  newRole,
  roleArn,
  served,
  settings,
  trustOf,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();

describe('GetCallerIdentity', () => {
  it('names the administrator', async () => {
    const { Arn, Account, UserId } = await client.send(new GetCallerIdentityCommand());
    expect({ Arn, Account }).toEqual({
      Arn: `arn:aws:iam::${accountId}:user/Administrator`,
      Account: accountId,
    });
    expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  it('names a user and a session, which need no permission', async () => {
    const { identities } = served.account;
    const user = identities.createUser({ userName: 'alice', path: '/team/' });
    const asUser = new STSClient({ ...settings, credentials: identities.createAccessKey('alice') });
    expect(await asUser.send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/team/alice`,
      UserId: user.userId,
    });
    const role = newRole({ path: '/team/' });
    const { Credentials } = await assume({ RoleArn: role.arn });
    expect(await clientOf(Credentials).send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/Yellow`,
      UserId: `${role.roleId}:Yellow`,
    });
  });
});

describe('role chaining', () => {
  it('is held to one hour, whatever the role allows', async () => {
    const { Credentials } = await assume({ RoleArn: newRole({ inlinePolicies: everything }).arn });
    const chained = clientOf(Credentials);
    const RoleArn = newRole({ maxSessionDurationSeconds: 43_200 }).arn;
    await assume({ RoleArn, DurationSeconds: 3_600 }, chained);
    await expect(assume({ RoleArn, DurationSeconds: 3_601 }, chained)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it('hands transitive tags on, which cannot be passed again, and drops the others', async () => {
    const first = await assume({
      RoleArn: newRole({ inlinePolicies: everything }).arn,
      Tags: [
        { Key: 'TenantID', Value: 'Yellow' },
        { Key: 'Tier', Value: 'gold' },
      ],
      TransitiveTagKeys: ['TenantID'],
    });
    const chained = clientOf(first.Credentials);
    const second = await assume({ Tags: [{ Key: 'Job', Value: 'report' }] }, chained);
    const found = served.account.identities.findAccessKey(second.Credentials?.AccessKeyId ?? '');
    expect(found?.caller.kind === 'session' && Object.fromEntries(found.caller.principalTags)).toEqual({
      TenantID: 'Yellow',
      Job: 'report',
    });
    await expect(assume({ Tags: [{ Key: 'tenantid', Value: 'Blue' }] }, chained)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringMatching(/conflicts with a transitive tag key from the calling session/),
    });
  });

  it("needs no permission of the caller's own where the trust policy names its role", async () => {
    const broker = newRole();
    const { Credentials } = await assume({ RoleArn: broker.arn });
    const RoleArn = newRole({ trustPolicy: trustOf(broker.roleName) }).arn;
    const answer = await assume(
      { RoleArn, Tags: [{ Key: 'TenantID', Value: 'Yellow' }] },
      clientOf(Credentials),
    );
    expect(answer.Credentials?.SessionToken).toBeDefined();
  });
});

describe('the AWS CLI', () => {
  const aws = (...args: string[]) => runAwsCli(settings, args);

  it('assumes a role with tags', async () => {
    const { arn, roleName } = newRole();
    const { stdout } = await aws(
      ...['sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'Yellow'],
      ...['--tags', 'Key=TenantID,Value=Yellow', '--query', 'AssumedRoleUser.Arn', '--output', 'text'],
    );
    expect(stdout.trim()).toBe(`arn:aws:sts::${accountId}:assumed-role/${roleName}/Yellow`);
  });

  it('prints a denial as it does for AWS', async () => {
    const error = await aws(
      ...['sts', 'assume-role', '--role-arn', roleArn('Missing'), '--role-session-name', 'Yellow'],
    ).catch((reason: { stderr: string }) => reason);
    expect(error.stderr.trim()).toBe(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${accountId}:user/Administrator is not authorized to perform: sts:AssumeRole on resource: ${roleArn('Missing')}`,
    );
  });
});

it('refuses by name an operation that the sandbox does not have', async () => {
  await expect(client.send(new GetSessionTokenCommand())).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'The sandbox does not have sts GetSessionToken.',
    $metadata: expect.objectContaining({ httpStatusCode: 501 }),
  });
});
