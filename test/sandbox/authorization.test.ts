// Identity policies: what they allow a caller to do, and how a denial is worded.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import {
  account,
  accountId,
  callerOf,
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
const tenantItems = {
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: table,
  Condition: {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/TenantID}'] },
  },
};
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
    statement: invoke('*/$default/*/credentials'),
    action: 'execute-api:Invoke',
    resource: route,
    allowed: true,
  },
  {
    name: 'allows any API, stage and route by a wildcard for all of them',
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
    statement: tenantItems,
    tags: yellow,
    action: 'dynamodb:GetItem',
    resource: table,
    context: { 'dynamodb:LeadingKeys': ['Yellow'] },
    allowed: true,
  },
  {
    name: 'denies the items of another leading key',
    statement: tenantItems,
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
