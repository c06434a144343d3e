// aws:TokenIssueTime: sessions older than a date are denied, as when they are revoked.
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import type { Caller } from '../../sandbox/identities/identities.ts';
import {
  advance,
  assume,
  clientOf,
  clock,
  everything,
  newRole,
  served,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();

const date = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
const denyBefore = (time: string, condition: object = {}) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': time }, ...condition },
  },
});
const readObject = { action: 's3:GetObject', resource: 'arn:aws:s3:::isb/file.txt' };
const may = (caller: Caller) => authorize(served.account, caller, readObject).allowed;

async function callerOf(credentials: Awaited<ReturnType<typeof assume>>['Credentials']): Promise<Caller> {
  const found = served.account.identities.findAccessKey(credentials?.AccessKeyId ?? '');
  if (!found) throw new Error('no session has this access key id');
  return found.caller;
}

describe('aws:TokenIssueTime', () => {
  it('tells sessions that were issued before a date from those that were issued since', async () => {
    const { identities } = served.account;
    const role = newRole({ inlinePolicies: everything });
    const old = await callerOf((await assume({ RoleArn: role.arn })).Credentials);
    advance(1_000);
    identities.putRolePolicy(role.roleName, 'Revoke', denyBefore(date(clock)));
    const young = await callerOf((await assume({ RoleArn: role.arn })).Credentials);
    expect([may(old), may(young)]).toEqual([false, true]);
    // However long it is used.
    advance(30 * 60_000);
    expect([may(old), may(young)]).toEqual([false, true]);
  });

  it('is compared in whole seconds: what was issued within the second is not older than it', async () => {
    const role = newRole({ inlinePolicies: everything });
    advance(1_000 - (clock % 1_000) + 999);
    const session = await callerOf((await assume({ RoleArn: role.arn })).Credentials);
    served.account.identities.putRolePolicy(role.roleName, 'Revoke', denyBefore(date(clock)));
    expect(may(session)).toBe(true);
    served.account.identities.putRolePolicy(role.roleName, 'Revoke', denyBefore(date(clock + 1_000)));
    expect(may(session)).toBe(false);
  });

  it('goes together with a session tag: the sessions of one tenant', async () => {
    const role = newRole({ inlinePolicies: everything });
    const tagged = async (Value: string) =>
      callerOf((await assume({ RoleArn: role.arn, Tags: [{ Key: 'TenantID', Value }] })).Credentials);
    const [yellow, blue] = [await tagged('Yellow'), await tagged('Blue')];
    served.account.identities.putRolePolicy(
      role.roleName,
      'Revoke',
      denyBefore(date(clock + 1_000), { StringEquals: { 'aws:PrincipalTag/TenantID': ['Yellow', 'Green'] } }),
    );
    expect([may(yellow), may(blue)]).toEqual([false, true]);
  });

  it('denies the assuming of a further role, as AccessDenied, although a trust policy names the session’s role', async () => {
    const first = newRole({ inlinePolicies: everything });
    const { Credentials } = await assume({ RoleArn: first.arn });
    const chained = clientOf(Credentials);
    const second = newRole({
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: first.arn }, Action: 'sts:AssumeRole' }],
      },
    });
    await assume({ RoleArn: second.arn }, chained);
    served.account.identities.putRolePolicy(
      first.roleName,
      'AWSRevokeOlderSessions',
      denyBefore(date(clock + 1_000)),
    );
    await expect(assume({ RoleArn: second.arn }, chained)).rejects.toMatchObject({ name: 'AccessDenied' });
    // It is no end of the credentials: what needs no permission goes on.
    await chained.send(new GetCallerIdentityCommand());
  });

  it('is there with temporary credentials only', async () => {
    const { identities } = served.account;
    const userName = 'long-term';
    identities.createUser({ userName });
    identities.putUserPolicy(userName, 'Allow', everything.Allow);
    identities.putUserPolicy(userName, 'Revoke', denyBefore(date(clock + 60 * 60_000)));
    const key = identities.createAccessKey(userName);
    const found = identities.findAccessKey(key.accessKeyId);
    expect(found && may(found.caller)).toBe(true);
  });
});
