import { describe, expect, it } from 'vitest';
import { authorizeAssumeRole, authorizeService } from '../../sandbox/authorization/authorization.ts';
import type { Caller, PolicyDocument } from '../../sandbox/identities/identities.ts';
import {
  account,
  accountId,
  identities,
  policy,
  roleArn,
  root,
  route,
  session,
  trust,
  useIdentities,
} from './fixtures/identities-account.ts';

useIdentities();

describe('authorizeAssumeRole', () => {
  const assume = (caller: Caller, trustPolicy: PolicyDocument, request: object = {}) => {
    const role = identities.createRole({ roleName: 'Target', trustPolicy });
    return authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow', ...request });
  };

  it('lets a role in that the trust policy names, with no identity policy', () => {
    const caller = session('Broker');
    expect(assume(caller, trust({ AWS: roleArn('Broker') })).allowed).toBe(true);
  });

  it('lets a role with a path in that the trust policy names', () => {
    const caller = session('Broker', {}, { path: '/team/' });
    expect(assume(caller, trust({ AWS: roleArn('team/Broker') })).allowed).toBe(true);
  });

  it('keeps out another role', () => {
    session('Broker');
    const { allowed, reason } = assume(session('Other'), trust({ AWS: roleArn('Broker') }));
    expect(allowed).toBe(false);
    expect(reason).toMatch(/because no role trust policy allows the sts:AssumeRole action$/);
  });

  it('wants an identity policy, too, where the trust policy names the account', () => {
    const { allowed, reason } = assume(session('Broker'), trust(root));
    expect(allowed).toBe(false);
    expect(reason).toMatch(/because no identity-based policy allows the sts:AssumeRole action$/);
    const may = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('Target') });
    const role = identities.role('Target');
    const permitted = session('Permitted', { May: may });
    expect(authorizeAssumeRole(account, permitted, { role, sessionName: 'Yellow' }).allowed).toBe(true);
  });

  it('compares the external id', () => {
    const caller = session('Broker');
    const pinned = trust(
      { AWS: roleArn('Broker') },
      { Condition: { StringEquals: { 'sts:ExternalId': 'App' } } },
    );
    const role = identities.createRole({ roleName: 'Pinned', trustPolicy: pinned });
    const allowed = (externalId?: string, tags = new Map([['TenantID', 'Yellow']])) =>
      authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow', externalId, tags }).allowed;
    expect(allowed('App')).toBe(true);
    expect(allowed('App', new Map())).toBe(true);
    expect(allowed('Wrong')).toBe(false);
    expect(allowed(undefined)).toBe(false);
  });

  it('wants sts:TagSession for tags', () => {
    const caller = session('Broker');
    const untagged = trust({ AWS: roleArn('Broker') }, { Action: 'sts:AssumeRole' });
    const decision = assume(caller, untagged, { tags: new Map([['TenantID', 'Yellow']]) });
    expect(decision).toMatchObject({ allowed: false, action: 'sts:TagSession' });
    const role = identities.role('Target');
    expect(authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow' }).allowed).toBe(true);
  });

  it('wants sts:TagSession for transitive tags of the calling session', () => {
    const caller = session('Broker', {}, { tags: { TenantID: 'Yellow' }, transitiveTagKeys: ['TenantID'] });
    const untagged = trust({ AWS: roleArn('Broker') }, { Action: 'sts:AssumeRole' });
    expect(assume(caller, untagged)).toMatchObject({ allowed: false, action: 'sts:TagSession' });
  });

  it('compares the tags, their keys and the session name', () => {
    const caller = session('Broker');
    const conditions = {
      Condition: {
        StringLike: { 'aws:RequestTag/TenantID': 'Y*', 'sts:RoleSessionName': 'Yellow' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['TenantID'], 'sts:TransitiveTagKeys': ['TenantID'] },
      },
    };
    const role = identities.createRole({
      roleName: 'Tagged',
      trustPolicy: trust({ AWS: roleArn('Broker') }, conditions),
    });
    const allowed = (
      tags: Record<string, string>,
      sessionName = 'Yellow',
      transitiveTagKeys: string[] = [],
    ) =>
      authorizeAssumeRole(account, caller, {
        role,
        sessionName,
        transitiveTagKeys,
        tags: new Map(Object.entries(tags)),
      }).allowed;
    expect(allowed({ TenantID: 'Yellow' })).toBe(true);
    expect(allowed({ TenantID: 'Yellow' }, 'Yellow', ['TenantID'])).toBe(true);
    expect(allowed({ TenantID: 'Blue' })).toBe(false);
    expect(allowed({ TenantID: 'Yellow', Tier: 'gold' })).toBe(false);
    expect(allowed({ TenantID: 'Yellow' }, 'Blue')).toBe(false);
    expect(allowed({ TenantID: 'Yellow' }, 'Yellow', ['Other'])).toBe(false);
  });

  it('keeps out a role that was deleted and recreated', () => {
    session('Broker');
    const role = identities.createRole({
      roleName: 'Target',
      trustPolicy: trust({ AWS: roleArn('Broker') }),
    });
    identities.deleteRole('Broker');
    const recreated = session('Broker');
    const decision = authorizeAssumeRole(account, recreated, { role, sessionName: 'Yellow' });
    expect(decision.allowed).toBe(false);
  });

  it('tells which side denies explicitly', () => {
    const caller = session('Broker', {
      No: policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }),
    });
    expect(assume(caller, trust({ AWS: roleArn('Broker') })).reason).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
    const denying = trust({ AWS: roleArn('Broker') }, { Effect: 'Deny' });
    const role = identities.createRole({ roleName: 'Denying', trustPolicy: denying });
    const { reason } = authorizeAssumeRole(account, session('Other'), { role, sessionName: 'Yellow' });
    expect(reason).toMatch(/because no role trust policy allows/);
    expect(authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow' }).reason).toMatch(
      /with an explicit deny in the role trust policy$/,
    );
  });

  it('wants both sides for a role of another account', () => {
    const may = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const elsewhere = { accountId: '999988887777' };
    const permitted = session('Permitted', { May: may }, elsewhere);
    const bare = session('Bare', {}, elsewhere);
    const named = ['Permitted', 'Bare'].map((name) => `arn:aws:iam::999988887777:role/${name}`);
    expect(assume(permitted, trust({ AWS: named })).allowed).toBe(true);
    const role = identities.role('Target');
    expect(authorizeAssumeRole(account, bare, { role, sessionName: 'Yellow' }).allowed).toBe(false);
  });
});

describe('authorizeService', () => {
  const functionArn = `arn:aws:lambda:eu-west-1:${accountId}:function:Broker:live`;
  const permission = policy({
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: functionArn,
    Condition: {
      ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:eu-west-1:${accountId}:abc123/*/*/credentials` },
    },
  });
  const request = (sourceArn: string) => ({
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    context: { 'aws:SourceArn': sourceArn },
  });

  it('lets the service in that the policy names, for the source that it names', () => {
    const service = 'apigateway.amazonaws.com';
    expect(authorizeService(account, service, permission, request(route)).allowed).toBe(true);
    const other = route.replace('abc123', 'other1');
    expect(authorizeService(account, service, permission, request(other)).allowed).toBe(false);
  });

  it('keeps out another service', () => {
    const decision = authorizeService(account, 'events.amazonaws.com', permission, request(route));
    expect(decision.reason).toBe(
      `Service: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`,
    );
  });
});
