// What no policy may say: what AWS refuses, and what the sandbox would have to guess.
import { CreateRoleCommand, CreateUserCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import {
  assumeHeld,
  client,
  createRole,
  deploy,
  document,
  local,
  putPolicy,
  putTrust,
  reading,
  refusal,
  served,
  text,
  trusting,
  usePolicyAccounts,
} from './fixtures/policy-accounts.ts';

usePolicyAccounts();

describe('a trust policy is refused', () => {
  it.each<[string, object, RegExp]>([
    [
      'with NotPrincipal beside Principal',
      { ...trusting, NotPrincipal: trusting.Principal },
      /^Has prohibited field NotPrincipal$/,
    ],
    [
      'with NotPrincipal',
      { Effect: 'Deny', NotPrincipal: trusting.Principal, Action: 'sts:AssumeRole' },
      /NotPrincipal/,
    ],
    [
      'with no principal',
      { Effect: 'Allow', Action: 'sts:AssumeRole' },
      /^Missing required field Principal$/,
    ],
    [
      'with an unknown service',
      { ...trusting, Principal: { Service: 'lamda.amazonaws.com' } },
      /"SERVICE":"lamda\.amazonaws\.com"/,
    ],
    [
      'with a service of another domain',
      { ...trusting, Principal: { Service: ['lambda.amazonaws.com', 'lambda.amazonaws.com.cn'] } },
      /amazonaws\.com\.cn/,
    ],
    [
      'with a principal of another partition',
      { ...trusting, Principal: { AWS: 'arn:aws-cn:iam::123456789012:root' } },
      /aws-cn/,
    ],
    ['with another kind of principal', { ...trusting, Principal: { CanonicalUser: 'x' } }, /CanonicalUser/],
  ])('%s', async (_, statement, message) => {
    for (const save of [putTrust, createRole]) {
      await expect(save(text(statement))).rejects.toMatchObject(
        refusal('MalformedPolicyDocumentException', message),
      );
    }
  });
});

describe('an identity policy is refused', () => {
  const on = (Resource: string) => text({ ...reading, Resource });
  const under = (Condition: object) => text({ ...reading, Condition });

  it.each<[string, string, RegExp]>([
    ['for another partition', on('arn:aws-us-gov:s3:::isb/*'), /^Partition "aws-us-gov" is not valid/],
    [
      'for an ARN of IAM with a region',
      on('arn:aws:iam:eu-west-1:123456789012:role/R'),
      /cannot contain region information/,
    ],
    ['for a variable before the fifth colon', on('arn:aws:s3::${aws:PrincipalAccount}:isb'), /fifth colon/],
    [
      'with a key that stands twice in letters of both cases',
      under({ StringEquals: { 'aws:userid': 'a', 'AWS:UserId': 'b' } }),
      /stands twice/,
    ],
    [
      'with IfExists of Null',
      under({ NullIfExists: { 'aws:userid': 'true' } }),
      /Invalid Condition type : NullIfExists/,
    ],
    [
      'with a set for Null',
      under({ 'ForAnyValue:Null': { 'aws:userid': 'true' } }),
      /Invalid Condition type/,
    ],
    [
      'with an order that is negated',
      under({ DateNotLessThan: { 'aws:CurrentTime': '2026-01-01' } }),
      /DateNotLessThan/,
    ],
    [
      'with an element that stands twice',
      text(reading).replace('"Effect"', '"Effect":"Deny","Effect"'),
      /Effect stands twice/,
    ],
    ['with one Sid twice', text({ ...reading, Sid: 'A' }, { ...reading, Sid: 'A' }), /unique/],
  ])('%s', async (_, policy, message) => {
    await expect(putPolicy(policy)).rejects.toMatchObject(
      refusal('MalformedPolicyDocumentException', message),
    );
  });

  it('but not with elements of one name in different statements, or quoted', async () => {
    const quoted = { ...reading, Resource: 'arn:aws:s3:::isb/"Effect":{"Effect":' };
    await expect(putPolicy(text(reading, quoted))).resolves.toBeDefined();
  });

  it.each<[string, object, RegExp]>([
    [
      'several values compared as one',
      { StringEquals: { 'aws:TagKeys': 'a' } },
      /aws:TagKeys, which has several values/,
    ],
    [
      'several values as a variable',
      { StringEquals: { 'aws:userid': '${aws:TagKeys}' } },
      /variable aws:TagKeys/,
    ],
    [
      'a date compared as text',
      { StringLike: { 'aws:CurrentTime': '2026*' } },
      /aws:CurrentTime by StringLike/,
    ],
    [
      'an address compared as text',
      { StringNotLike: { 'aws:SourceIp': '10.*' } },
      /aws:SourceIp by StringNotLike/,
    ],
    ['text compared as a number', { NumericEquals: { 'aws:PrincipalTag/Level': '5' } }, /by NumericEquals/],
    ['text compared as an ARN', { ArnNotLike: { 'aws:username': 'arn:aws:iam::*:user/a' } }, /by ArnNotLike/],
    ['bytes', { BinaryEquals: { 'aws:userid': 'QQ==' } }, /by BinaryEquals/],
    ['a number that is none', { NumericNotEquals: { 'aws:EpochTime': '12a' } }, /"12a" of NumericNotEquals/],
    ['a date that is none', { DateLessThan: { 'aws:CurrentTime': 'Mon, 1 Mar 2026' } }, /"Mon, 1 Mar 2026"/],
    ['a day that is none', { DateLessThan: { 'aws:CurrentTime': '2026-13-01' } }, /"2026-13-01"/],
    ['a year that could be seconds', { DateNotEquals: { 'aws:CurrentTime': '2026' } }, /"2026"/],
    ['a variable as a date', { DateNotEquals: { 'aws:CurrentTime': '${aws:EpochTime}' } }, /cannot read/],
    ['a truth that is none', { Bool: { 'aws:SecureTransport': 'yes' } }, /"yes" of Bool/],
    ['a presence that is none', { Null: { 'aws:username': 'absent' } }, /"absent" of Null/],
    ['a range that is none', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }, /"10\.0\.0\.0\/33"/],
    ['an ARN that is none', { ArnNotEquals: { 'aws:PrincipalArn': 'role/R' } }, /"role\/R" of ArnNotEquals/],
    ['no value', { StringNotEquals: { 'aws:username': [] } }, /aws:username with no value/],
    [
      'a default without its blank',
      { StringEquals: { 'aws:userid': "${aws:username,'a'}" } },
      /cannot read the variable/,
    ],
    [
      'a variable that does not end',
      { StringEquals: { 'aws:userid': '${aws:username' } },
      /cannot read the variable/,
    ],
  ])('by name for %s', async (_, condition, message) => {
    await expect(putPolicy(under(condition))).rejects.toMatchObject(refusal('NotImplemented', message));
  });
});

describe('a tag key that begins with aws: is refused', () => {
  it.each(['aws:cloudformation:stack-id', 'AWS:x', 'aWs:x'])('%s', async (Key) => {
    const Tags = [{ Key, Value: 'v' }];
    const reserved = /reserved/;
    const role = { RoleName: 'Tagged', AssumeRolePolicyDocument: text(trusting), Tags };
    await expect(client.send(new CreateRoleCommand(role))).rejects.toThrow(reserved);
    await expect(client.send(new CreateUserCommand({ UserName: 'tagged', Tags }))).rejects.toThrow(reserved);
    await expect(
      deploy('AWS::IAM::Role', { AssumeRolePolicyDocument: document(trusting), Tags }),
    ).rejects.toThrow(reserved);
    await expect(assumeHeld({ Tags })).rejects.toThrow(reserved);
  });
});

describe('a permissions boundary', () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

  it('is refused by name for a user, and for a policy that the sandbox does not know', async () => {
    await expect(
      client.send(new CreateUserCommand({ UserName: 'bounded', PermissionsBoundary })),
    ).rejects.toMatchObject(refusal('NotImplemented', /boundaries of users/));
    const unknown = `${PermissionsBoundary}2`;
    await expect(
      client.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'Held', PermissionsBoundary: unknown })),
    ).rejects.toMatchObject(refusal('NotImplemented', /AmazonS3ReadOnlyAccess2/));
  });

  it('limits a role from a template, and one that gets it later', async () => {
    await deploy('AWS::IAM::Role', {
      RoleName: 'Bounded',
      AssumeRolePolicyDocument: document(trusting),
      PermissionsBoundary,
    });
    const boundary = { arn: PermissionsBoundary };
    expect(local.account.identities.role('Bounded').permissionsBoundary).toMatchObject(boundary);
    await client.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'Held', PermissionsBoundary }));
    expect(served.account.identities.role('Held').permissionsBoundary).toMatchObject(boundary);
  });
});
