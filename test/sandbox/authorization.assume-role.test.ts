// AssumeRole is decided by the policies of both sides; a call of a service by the resource's policy alone.
import { describe, expect, it } from 'vitest';
import { authorizeAssumeRole } from '../../sandbox/authorization/assume-role.ts';
import { authorize, authorizeService } from '../../sandbox/authorization/authorization.ts';
import type { Caller, PolicyDocument } from '../../sandbox/identities/identities.ts';
import { permissionsBoundary } from '../../sandbox/identities/managed-policies.ts';
import {
  account,
  accountId,
  identities,
  now,
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

  const statement = (Action: string, name: string, Condition?: object) => ({
    Effect: 'Allow',
    Principal: { AWS: roleArn(name) },
    Action,
    ...(Condition && { Condition }),
  });
  const pinned = { StringEquals: { 'sts:ExternalId': 'App' } };

  it('compares the external id', () => {
    const caller = session('Broker');
    const role = identities.createRole({
      roleName: 'Pinned',
      trustPolicy: policy(
        statement('sts:AssumeRole', 'Broker', pinned),
        statement('sts:TagSession', 'Broker'),
      ),
    });
    const allowed = (externalId?: string, tags = new Map([['TenantID', 'Yellow']])) =>
      authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow', externalId, tags }).allowed;
    expect(allowed('App')).toBe(true);
    expect(allowed('App', new Map())).toBe(true);
    expect(allowed('Wrong')).toBe(false);
    expect(allowed(undefined)).toBe(false);
  });

  it('supplies no external id to sts:TagSession, for which AWS documents none', () => {
    const caller = session('Broker');
    const trustPolicy = policy(
      statement('sts:AssumeRole', 'Broker'),
      statement('sts:TagSession', 'Broker', pinned),
    );
    const role = identities.createRole({ roleName: 'Pinned', trustPolicy });
    const tags = new Map([['TenantID', 'Yellow']]);
    const decision = authorizeAssumeRole(account, caller, {
      role,
      sessionName: 'Yellow',
      externalId: 'App',
      tags,
    });
    expect(decision).toMatchObject({ allowed: false, action: 'sts:TagSession' });
  });

  it('denies a session that is older than its role’s revocation, and no newer one', () => {
    const revoked = policy(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T12:00:01Z' } },
      },
    );
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' };
    const old = session('Old', { AWSRevokeOlderSessions: revoked });
    expect(authorize(account, old, request)).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('explicit deny'),
    });
    expect(authorize(account, { ...old, issuedAt: now() + 1_000 } as Caller, request).allowed).toBe(true);
  });

  it('limits a session to its policy, unless the trust policy names the session itself, or everybody', () => {
    const nothing = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    const denying = policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' });
    const caller = session('Broker');
    const arn = `arn:aws:sts::${accountId}:assumed-role/Broker/test`;
    const byItself = { Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' };
    const byCondition = {
      ...byItself,
      Principal: { AWS: '*' },
      Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn('Broker') } },
    };
    const byRole = statement('sts:AssumeRole', 'Broker');
    const isLetIn = (granting: object, sessionPolicy: PolicyDocument) => {
      const role = identities.createRole({
        roleName: `R${identities.roles.size}`,
        trustPolicy: policy(granting),
      });
      const narrowed = { ...caller, policy: sessionPolicy } as Caller;
      return authorizeAssumeRole(account, narrowed, { role, sessionName: 'Yellow' }).allowed;
    };
    expect([byRole, byItself, byCondition].map((granting) => isLetIn(granting, nothing))).toEqual([
      false,
      true,
      true,
    ]);
    expect([byRole, byItself, byCondition].map((granting) => isLetIn(granting, denying))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is limited by a permissions boundary', () => {
    const permitted = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
    const caller = session('Bounded', { All: permitted });
    const request = (action: string) => ({ action, resource: 'arn:aws:s3:::bucket/key' });
    identities.role('Bounded').permissionsBoundary = permissionsBoundary(
      'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    );
    expect(authorize(account, caller, request('s3:GetObject')).allowed).toBe(true);
    expect(authorize(account, caller, request('s3:PutObject'))).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('no permissions boundary policy allows'),
    });
  });

  it('wants sts:TagSession for tags', () => {
    const caller = session('Broker');
    const untagged = trust({ AWS: roleArn('Broker') }, { Action: 'sts:AssumeRole' });
    const decision = assume(caller, untagged, { tags: new Map([['TenantID', 'Yellow']]) });
    expect(decision).toMatchObject({ allowed: false, action: 'sts:TagSession' });
    const role = identities.role('Target');
    expect(authorizeAssumeRole(account, caller, { role, sessionName: 'Yellow' }).allowed).toBe(true);
  });

  it('compares the tags and their keys', () => {
    const caller = session('Broker');
    const conditions = {
      Condition: {
        StringLike: { 'aws:RequestTag/TenantID': 'Y*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['TenantID'], 'sts:TransitiveTagKeys': ['TenantID'] },
      },
    };
    const role = identities.createRole({
      roleName: 'Tagged',
      trustPolicy: trust({ AWS: roleArn('Broker') }, conditions),
    });
    const allowed = (tags: Record<string, string>, transitiveTagKeys: string[] = []) =>
      authorizeAssumeRole(account, caller, {
        role,
        sessionName: 'Yellow',
        transitiveTagKeys,
        tags: new Map(Object.entries(tags)),
      }).allowed;
    expect(allowed({ TenantID: 'Yellow' })).toBe(true);
    expect(allowed({ TenantID: 'Yellow' }, ['TenantID'])).toBe(true);
    expect(allowed({ TenantID: 'Blue' })).toBe(false);
    expect(allowed({ TenantID: 'Yellow', Tier: 'gold' })).toBe(false);
    expect(allowed({ TenantID: 'Yellow' }, ['Other'])).toBe(false);
  });

  it('compares the session name, for sts:AssumeRole alone', () => {
    const caller = session('Broker');
    const named = { StringEquals: { 'sts:RoleSessionName': 'Yellow' } };
    const role = identities.createRole({
      roleName: 'Named',
      trustPolicy: policy(
        statement('sts:AssumeRole', 'Broker', named),
        statement('sts:TagSession', 'Broker'),
      ),
    });
    const allowed = (sessionName: string) =>
      authorizeAssumeRole(account, caller, { role, sessionName, tags: new Map([['TenantID', 'Yellow']]) })
        .allowed;
    expect(allowed('Yellow')).toBe(true);
    expect(allowed('Blue')).toBe(false);
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
