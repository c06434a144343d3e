// Conditions: what denies on AWS denies here. Every case is a statement that denies, under one that allows everything.
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { account, policy, roleArn, session, useIdentities } from './fixtures/identities-account.ts';

useIdentities();

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const tags = { TenantID: 'Yellow', Star: '*', Empty: '', Spaced: 'a, b' };

interface Request {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Record<string, string | string[]>;
}

function decide(statement: object, request: Request = {}, Version = '2012-10-17') {
  const Denied = { Version, Statement: [statement] };
  const { action = 's3:GetObject', resource = 'arn:aws:s3:::isb/a', context = {} } = request;
  const caller = session('Caller', { Allowed: everything, Denied }, { tags });
  return authorize(account, caller, { action, resource, context });
}

const deniedIf = (Condition: object, request?: Request) =>
  decide({ Effect: 'Deny', Action: '*', Resource: '*', Condition }, request);
const leading = (...keys: string[]) => ({ context: { 'dynamodb:LeadingKeys': keys } });
const tag = (name: string) => `aws:PrincipalTag/${name}`;

describe('a denial', () => {
  it.each<[string, object, Request?]>([
    // Wildcards and characters.
    ['by equality', { StringEquals: { [tag('TenantID')]: 'Yellow' } }],
    ['by a key in other letters', { StringEquals: { 'AWS:principaltag/tenantid': 'Yellow' } }],
    ['by one of several values', { StringEquals: { [tag('TenantID')]: ['Blue', 'Yellow'] } }],
    ['by a question mark', { StringLike: { [tag('TenantID')]: 'Yello?' } }],
    ['by equality with a star, which is a character', { StringEquals: { [tag('Star')]: '*' } }],
    ['by an escaped star', { StringLike: { [tag('Star')]: '${*}' } }],
    ['by equality with an escaped star', { StringEquals: { [tag('Star')]: '${*}' } }],
    ['whatever the letters', { StringEqualsIgnoreCase: { [tag('TenantID')]: 'yELLOW' } }],
    ['of all that is not', { StringNotEquals: { [tag('TenantID')]: ['Blue', 'Green'] } }],
    ['of what is not, and is absent', { StringNotEquals: { [tag('Missing')]: 'Blue' } }],
    ['of what is there, or absent', { StringEqualsIfExists: { [tag('Missing')]: 'Blue' } }],
    ['of what is absent', { Null: { [tag('Missing')]: 'true' } }],
    ['of what is present', { Null: { [tag('TenantID')]: false } }],
    // Variables.
    ['by a variable', { StringEquals: { [tag('TenantID')]: '${aws:PrincipalTag/TenantID}' } }],
    ['by a default', { StringEquals: { [tag('TenantID')]: "${aws:username, 'Yellow'}" } }],
    ['by a default with a comma', { StringEquals: { [tag('Spaced')]: "${aws:username, 'a, b'}" } }],
    ['of what equals no value', { StringNotEquals: { [tag('TenantID')]: '${aws:username}' } }],
    ['of what is like no value', { StringNotLike: { [tag('TenantID')]: '${aws:username}*' } }],
    // Sets.
    [
      'of all of a set',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A*', 'B*'] } },
      leading('A1', 'B1'),
    ],
    ['of a set that is not there', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'A' } }],
    ['of one of a set', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'A' } }, leading('B', 'A')],
    [
      'of one that is none of a set',
      { 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': 'A' } },
      leading('A', 'B'),
    ],
    ['of an empty value as of no value', { 'ForAllValues:StringEquals': { [tag('Empty')]: 'x' } }],
    // Dates and numbers: the account's clock stands at 2026-03-01T12:00:00Z, 1772366400.
    ['by seconds since the epoch', { DateLessThan: { 'aws:CurrentTime': '1772366401' } }],
    ['of the epoch by a date', { DateGreaterThanEquals: { 'aws:EpochTime': '2026-03-01T12:00:00Z' } }],
    ['of the epoch by a number', { NumericLessThanEquals: { 'aws:EpochTime': 1_772_366_400 } }],
    ['of another number', { NumericNotEquals: { 'aws:EpochTime': '5' } }],
    ['of another date', { DateNotEquals: { 'aws:CurrentTime': '2026-03-01' } }],
    ['by a date with another zone', { DateEquals: { 'aws:CurrentTime': '2026-03-01T13:00:00+01:00' } }],
    ['by a date of a day', { DateGreaterThan: { 'aws:CurrentTime': '2026-03-01' } }],
    // Addresses.
    ['of every address', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    ['of a range', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }],
    ['of one address', { IpAddress: { 'aws:SourceIp': ['::1', '127.0.0.1'] } }],
    ['of addresses out of a range', { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } }],
    // ARNs.
    ['by an ARN', { ArnEquals: { 'aws:PrincipalArn': roleArn('C?ller') } }],
    ['of other ARNs', { ArnNotLike: { 'aws:PrincipalArn': roleArn('Other*') } }],
    ['by an ARN of any account', { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/Caller' } }],
    [
      'by a variable in an ARN',
      { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::${aws:username}:role/Caller' } },
    ],
    ['by a truth', { Bool: { 'aws:SecureTransport': 'True' } }],
  ])('%s is one', (_, condition, request) => {
    expect(deniedIf(condition, request)).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/explicit deny/),
    });
  });

  it.each<[string, object, Request?]>([
    ['by another letter case', { StringEquals: { [tag('TenantID')]: 'yellow' } }],
    ['by a star in equality', { StringEquals: { [tag('TenantID')]: '*' } }],
    [
      'by two conditions of which one is met',
      { StringEquals: { [tag('TenantID')]: 'Yellow', [tag('Star')]: 'x' } },
    ],
    [
      'by the value of another tag that is a star',
      { StringLike: { [tag('TenantID')]: '${aws:PrincipalTag/Star}' } },
    ],
    [
      'by a default where there is a value',
      { StringEquals: { [tag('Star')]: "${aws:PrincipalTag/TenantID, '*'}" } },
    ],
    ['of one of no set', { 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': 'A' } }],
    ['of an empty value as of one', { 'ForAnyValue:StringNotEquals': { [tag('Empty')]: 'x' } }],
    [
      'of all of a set, one being another',
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'A' } },
      leading('A', 'B'),
    ],
    ['of a date to come', { DateGreaterThan: { 'aws:CurrentTime': '1772366401' } }],
    ['by a star that would take colons', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/Caller:*:*' } }],
    ['of addresses out of every range', { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    ['by the other family', { IpAddress: { 'aws:SourceIp': '::/0' } }],
  ])('%s is none', (_, condition, request) => {
    expect(deniedIf(condition, request).allowed).toBe(true);
  });

  it.each<[string, object, RegExp]>([
    [
      'an empty value in place of a variable',
      { StringEquals: { [tag('TenantID')]: '${aws:PrincipalTag/Empty}' } },
      /PrincipalTag\/Empty/,
    ],
    ['whether an empty value is one', { Null: { [tag('Empty')]: 'true' } }, /PrincipalTag\/Empty/],
    [
      'tags of what has none here',
      { StringEquals: { 'aws:ResourceTag/Team': 'x' } },
      /aws:ResourceTag\/Team for s3:GetObject/,
    ],
  ])('that AWS does not document, %s, is a refusal that names it', (_, condition, reason) => {
    const decision = deniedIf(condition);
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toMatch(/could not be evaluated/);
    expect(decision.reason).toMatch(reason);
  });

  it.each<[string, object, Request?, string?]>([
    ['with a literal star', { Resource: 'arn:aws:s3:::isb/${*}' }, { resource: 'arn:aws:s3:::isb/*' }],
    [
      'after a tag that is a star',
      { Resource: 'arn:aws:s3:::isb/${aws:PrincipalTag/Star}/*' },
      { resource: 'arn:aws:s3:::isb/*/x' },
    ],
    [
      'that begins with a tag',
      { Resource: 'arn:aws:s3:::${aws:PrincipalTag/TenantID}/*' },
      { resource: 'arn:aws:s3:::Yellow/x' },
    ],
    ['whose ARN stops early', { Resource: 'arn:aws:s3:*' }],
    ['other than the ones excepted', { NotResource: ['arn:aws:s3:::other/*', 'arn:aws:s3:::isb/b'] }],
    [
      'with braces in its name, before variables',
      { Resource: 'arn:aws:s3:::isb/${aws:username}' },
      { resource: 'arn:aws:s3:::isb/${aws:username}' },
      '2008-10-17',
    ],
  ])('of a resource %s is one', (_, resource, request, version) => {
    const statement = { Effect: 'Deny', Action: '*', ...resource };
    expect(decide(statement, request, version).reason).toMatch(/explicit deny/);
  });

  it('of all resources but one that cannot be told is a refusal', () => {
    const statement = { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::isb/${aws:username}' };
    expect(decide(statement).reason).toMatch(/could not be evaluated.*aws:username/);
  });

  it.each<[string, object]>([
    ['in other letters', { Action: 'S3:getobject' }],
    ['with wildcards', { Action: ['iam:*', 's3:Get?bject'] }],
    ['other than the ones excepted', { NotAction: ['s3:Put*', 'iam:*'] }],
  ])('of an action %s is one', (_, action) => {
    expect(decide({ Effect: 'Deny', Resource: '*', ...action }).reason).toMatch(/explicit deny/);
  });

  it('by region is one for IAM, which is in us-east-1', () => {
    const Condition = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    const request = { action: 'iam:GetRole', resource: roleArn('Any') };
    expect(deniedIf(Condition, request).allowed).toBe(false);
  });
});
