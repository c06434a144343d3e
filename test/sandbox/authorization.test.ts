import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../sandbox/account/account.ts';
import {
  authorize,
  authorizeAssumeRole,
  authorizeService,
} from '../../sandbox/authorization/authorization.ts';
import type { Caller, Identities, PolicyDocument } from '../../sandbox/identities/identities.ts';
import { bareAccount } from './fixtures/bare-account.ts';

const accountId = '111122223333';
const now = () => Date.parse('2026-03-01T12:00:00Z');
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const policy = (...Statement: object[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const trust = (principal: unknown, extra: object = {}) =>
  policy({ Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...extra });
const root = { AWS: `arn:aws:iam::${accountId}:root` };

let account: Account;
let identities: Identities;

beforeEach(() => {
  account = bareAccount({ accountId, now });
  identities = account.identities;
});

function callerOf(accessKeyId: string): Caller {
  const found = identities.findAccessKey(accessKeyId);
  if (!found) throw new Error('no such key');
  return found.caller;
}

function session(
  roleName: string,
  inlinePolicies: Record<string, PolicyDocument> = {},
  options: {
    tags?: Record<string, string>;
    transitiveTagKeys?: string[];
    accountId?: string;
    path?: string;
  } = {},
): Caller {
  const { tags = {}, transitiveTagKeys = [], ...rest } = options;
  const role = identities.createRole({ roleName, trustPolicy: trust(root), inlinePolicies, ...rest });
  const issued = { sessionName: 'test', durationSeconds: 3_600, tags, transitiveTagKeys };
  return callerOf(identities.issueSession(role, issued).accessKeyId);
}

interface Case {
  readonly name: string;
  readonly statement: object;
  readonly version?: string | undefined;
  readonly tags?: Record<string, string>;
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string | string[]>;
  readonly allowed: boolean;
}

const tenantObjects = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::isb/${aws:PrincipalTag/TenantID}/*',
};
const yellow = { TenantID: 'Yellow' };
const table = `arn:aws:dynamodb:eu-west-1:${accountId}:table/Orders`;
const route = `arn:aws:execute-api:eu-west-1:${accountId}:abc123/$default/GET/credentials`;
const invoke = (pattern: string) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: `arn:aws:execute-api:eu-west-1:${accountId}:${pattern}`,
});

const cases: Case[] = [
  {
    name: "allows an object under the tenant's prefix",
    statement: tenantObjects,
    tags: yellow,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/Yellow/file.txt',
    allowed: true,
  },
  {
    name: "denies an object under another tenant's prefix",
    statement: tenantObjects,
    tags: yellow,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/Blue/file.txt',
    allowed: false,
  },
  {
    name: 'denies where the tag is missing',
    statement: tenantObjects,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb//file.txt',
    allowed: false,
  },
  {
    name: 'takes a star in a tag value for the character',
    statement: tenantObjects,
    tags: { TenantID: '*' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/Blue/file.txt',
    allowed: false,
  },
  {
    name: 'takes a star in the name of an object for the character',
    statement: tenantObjects,
    tags: yellow,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/*',
    allowed: false,
  },
  {
    name: 'reads a variable as text before policy version 2012-10-17',
    statement: tenantObjects,
    version: '2008-10-17',
    tags: yellow,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/Yellow/file.txt',
    allowed: false,
  },
  {
    name: 'allows any API by the pattern of the walkthrough',
    statement: invoke('*/*'),
    action: 'execute-api:Invoke',
    resource: route,
    allowed: true,
  },
  {
    name: 'lets a wildcard in the first segment span segments',
    statement: invoke('*/credentials'),
    action: 'execute-api:Invoke',
    resource: route,
    allowed: true,
  },
  {
    name: 'denies another method by a pattern with a wildcard in the first segment',
    statement: invoke('*/*/POST/*'),
    action: 'execute-api:Invoke',
    resource: route,
    allowed: false,
  },
  {
    name: 'denies by a pattern whose first segment is another API',
    statement: invoke('x*/*'),
    action: 'execute-api:Invoke',
    resource: route,
    allowed: false,
  },
  {
    name: 'needs all resources for an action that has no resource',
    statement: { Effect: 'Allow', Action: 'iam:ListRoles', Resource: `arn:aws:iam::${accountId}:role/*` },
    action: 'iam:ListRoles',
    resource: '*',
    allowed: false,
  },
  {
    name: 'allows an action that has no resource on all resources',
    statement: { Effect: 'Allow', Action: 'iam:List*', Resource: '*' },
    action: 'iam:ListRoles',
    resource: '*',
    allowed: true,
  },
  {
    name: 'allows the items whose leading key the condition names',
    statement: {
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: table,
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/TenantID}'] },
      },
    },
    tags: yellow,
    action: 'dynamodb:GetItem',
    resource: table,
    context: { 'dynamodb:LeadingKeys': ['Yellow'] },
    allowed: true,
  },
  {
    name: 'denies the items of another leading key',
    statement: {
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: table,
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/TenantID}'] },
      },
    },
    tags: yellow,
    action: 'dynamodb:GetItem',
    resource: table,
    context: { 'dynamodb:LeadingKeys': ['Yellow', 'Blue'] },
    allowed: false,
  },
  {
    name: "goes by the account's clock",
    statement: {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2026-03-01T11:59:59Z' } },
    },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/a',
    allowed: false,
  },
  {
    name: 'shows the ARN of the role, not of its session, as the principal',
    statement: {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn('Caller') } },
    },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::isb/a',
    allowed: true,
  },
];

describe('authorize', () => {
  it.each(cases)('$name', ({ statement, version = '2012-10-17', tags = {}, allowed, ...request }) => {
    const caller = session('Caller', { Inline: { Version: version, Statement: [statement] } }, { tags });
    expect(authorize(account, caller, request).allowed).toBe(allowed);
  });

  it('words an implicit denial as AWS does', () => {
    const caller = session('Caller');
    const { reason } = authorize(account, caller, {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::isb/Blue/file.txt',
    });
    expect(reason).toBe(
      `User: arn:aws:sts::${accountId}:assumed-role/Caller/test is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::isb/Blue/file.txt because no identity-based policy allows the s3:GetObject action`,
    );
  });

  it('tells an explicit denial, which beats an allowance', () => {
    const caller = session('Caller', {
      Allowed: policy({ Effect: 'Allow', Action: '*', Resource: '*' }),
      Denied: policy({ Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::isb/*' }),
    });
    const decision = authorize(account, caller, { action: 's3:GetObject', resource: 'arn:aws:s3:::isb/a' });
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toMatch(/with an explicit deny in an identity-based policy$/);
  });

  it('denies what a policy excepts from its resources by a wildcard in the first segment', () => {
    const caller = session('Caller', {
      Inline: policy({
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        NotResource: `arn:aws:execute-api:eu-west-1:${accountId}:*/GET/*`,
      }),
    });
    expect(authorize(account, caller, { action: 'execute-api:Invoke', resource: route }).allowed).toBe(false);
  });

  it('allows the administrator everything', () => {
    const administrator = callerOf(identities.administrator.accessKeyId);
    const request = { action: 'iam:CreateRole', resource: roleArn('Any') };
    expect(authorize(account, administrator, request).allowed).toBe(true);
  });

  it('denies a role of another account whatever its own policies say', () => {
    const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
    const caller = session('Elsewhere', { Everything: everything }, { accountId: '999988887777' });
    expect(authorize(account, caller, { action: 'execute-api:Invoke', resource: route }).allowed).toBe(false);
  });

  it('denies where the evaluator fails', () => {
    const caller = session('Caller', { Inline: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) });
    if (caller.kind === 'session') caller.role.inlinePolicies.set('Broken', { Statement: [null] });
    const decision = authorize(account, caller, { action: 's3:GetObject', resource: 'arn:aws:s3:::isb/a' });
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toMatch(/could not be evaluated/);
  });

  it("never reaches another tenant's prefix, whatever the tag value", () => {
    const text = fc.string({ unit: fc.constantFrom(...'aB1_.:/=+-@*?$ {}'), minLength: 1, maxLength: 12 });
    const role = identities.createRole({
      roleName: 'Access',
      trustPolicy: trust(root),
      inlinePolicies: { Inline: policy(tenantObjects) },
    });
    fc.assert(
      fc.property(text, text, (tenant, key) => {
        const issued = { sessionName: 'test', durationSeconds: 900, tags: { TenantID: tenant } };
        const caller = callerOf(identities.issueSession(role, issued).accessKeyId);
        const { allowed } = authorize(account, caller, {
          action: 's3:GetObject',
          resource: `arn:aws:s3:::isb/${key}`,
        });
        expect(allowed).toBe(key.startsWith(`${tenant}/`));
      }),
      { numRuns: 300 },
    );
  });
});

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
