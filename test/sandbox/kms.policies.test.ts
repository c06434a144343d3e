// Who may use a KMS key: its policy, alone or with the identity policies that it leaves it to.
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import { accountId, newKey, root, served, sign, useKmsAccount } from './fixtures/kms-account.ts';

useKmsAccount();

type Statement = Record<string, unknown>;
const document = (...statements: Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
});
const toAccount = { Principal: { AWS: root }, Action: 'kms:*' };
let roleCount = 0;

/** A session of a new role. */
function session(statements: Statement[], { policy }: { policy?: PolicyDocument } = {}) {
  roleCount += 1;
  const { identities } = served.account;
  const role = identities.createRole({
    roleName: `Signer${roleCount}`,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }],
    },
    ...(statements.length > 0 && { inlinePolicies: { May: document(...statements) } }),
  });
  const { expiresAt: _, ...credentials } = identities.issueSession(role, {
    sessionName: 'test',
    durationSeconds: 900,
    ...(policy && { policy }),
  });
  return { role, client: new KMSClient({ ...served.administrator, credentials }) };
}

interface Case {
  readonly name: string;
  /** Given the ARN of the caller's role. */
  readonly key?: (role: string) => Statement[];
  readonly identity?: Statement[];
  readonly session?: PolicyDocument;
  readonly allowed?: true;
  readonly because?: RegExp;
}

const may = { Action: 'kms:Sign' };
const noIdentity = /because no identity-based policy allows the kms:Sign action$/;
const noKey = /because no resource-based policy allows the kms:Sign action$/;
const cases: Case[] = [
  { name: 'left to the account, and the identity policy allows', identity: [may], allowed: true },
  { name: 'left to the account, and no identity policy allows', because: noIdentity },
  {
    name: 'left to the account, and the identity policy is about another key',
    identity: [{ ...may, Resource: `arn:aws:kms:eu-west-1:${accountId}:key/other` }],
    because: noIdentity,
  },
  {
    name: 'left to the account, and the identity policy names an alias, which is no key',
    identity: [{ ...may, Resource: `arn:aws:kms:eu-west-1:${accountId}:alias/*` }],
    because: noIdentity,
  },
  {
    name: 'left to the account for other actions',
    key: () => [{ ...toAccount, Action: 'kms:Describe*' }],
    identity: [may],
    because: noKey,
  },
  {
    name: 'of nobody, whatever the identity policy allows',
    key: () => [{ Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'kms:*' }],
    identity: [may],
    because: noKey,
  },
  {
    name: 'naming the role, which needs no other policy',
    key: (role) => [{ Principal: { AWS: role }, ...may }],
    allowed: true,
  },
  {
    name: 'naming another role',
    key: () => [{ Principal: { AWS: `${root.replace('root', 'user/Administrator')}` }, ...may }],
    identity: [may],
    because: noKey,
  },
  { name: 'naming everybody', key: () => [{ Principal: '*', ...may }], allowed: true },
  {
    name: 'denying the role what its own policies allow',
    key: (role) => [toAccount, { Effect: 'Deny', Principal: { AWS: role }, ...may }],
    identity: [may],
    because: /with an explicit deny in a resource-based policy$/,
  },
  {
    name: 'naming the role, and its identity policy denies',
    key: (role) => [{ Principal: { AWS: role }, ...may }],
    identity: [{ Effect: 'Deny', ...may }],
    because: /with an explicit deny in an identity-based policy$/,
  },
  {
    name: 'naming the role, and the session policy does not allow',
    key: (role) => [{ Principal: { AWS: role }, ...may }],
    session: document({ Action: 'kms:DescribeKey' }),
    because: /because no session policy allows/,
  },
  {
    name: 'for this algorithm',
    key: () => [{ ...toAccount, Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } } }],
    identity: [may],
    allowed: true,
  },
  {
    name: 'for another algorithm',
    key: () => [{ ...toAccount, Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_384' } } }],
    identity: [may],
    because: noKey,
  },
  {
    name: 'for messages',
    identity: [{ ...may, Condition: { StringEquals: { 'kms:MessageType': 'RAW' } } }],
    allowed: true,
  },
  {
    name: 'for digests',
    identity: [{ ...may, Condition: { StringEquals: { 'kms:MessageType': 'DIGEST' } } }],
    because: noIdentity,
  },
  {
    name: 'for its kind and use',
    identity: [
      {
        ...may,
        Condition: { StringEquals: { 'kms:KeySpec': 'ECC_NIST_P256', 'kms:KeyUsage': 'SIGN_VERIFY' } },
      },
    ],
    allowed: true,
  },
  {
    name: 'for callers of this account',
    key: () => [
      { Principal: { AWS: '*' }, ...may, Condition: { StringEquals: { 'kms:CallerAccount': accountId } } },
    ],
    allowed: true,
  },
  {
    name: 'for what comes by another service',
    identity: [
      { ...may, Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } } },
    ],
    because: noIdentity,
  },
  {
    name: 'that goes by its tags, which the sandbox does not know',
    identity: [{ ...may, Condition: { StringEquals: { 'aws:ResourceTag/Team': 'blue' } } }],
    because: /could not be evaluated/,
  },
];

describe('a key', () => {
  it.each(cases)('$name', async ({ key: policyOf, identity = [], session: policy, because }) => {
    const { role, client } = session(identity, policy ? { policy } : {});
    const key = newKey(policyOf ? { policy: document(...policyOf(role.arn)) } : {});
    const signed = sign(key, {}, client);
    if (!because) {
      expect((await signed).KeyId).toBe(key.arn);
      return;
    }
    await expect(signed).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(because),
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  it('is asked for every action of its own', async () => {
    const { client } = session([may]);
    const key = newKey();
    await expect(client.send(new GetPublicKeyCommand({ KeyId: key.keyId }))).rejects.toMatchObject({
      message: expect.stringMatching(
        /is not authorized to perform: kms:GetPublicKey on resource: arn:aws:kms:/,
      ),
    });
  });

  it('keeps out a role that was made anew under the name in its policy', async () => {
    const { role } = session([]);
    const key = newKey({ policy: document({ Principal: { AWS: role.arn }, ...may }) });
    const { identities } = served.account;
    identities.deleteRole(role.roleName);
    const again = identities.createRole({ roleName: role.roleName, trustPolicy: role.trustPolicy });
    const { expiresAt: _, ...credentials } = identities.issueSession(again, {
      sessionName: 'a1',
      durationSeconds: 900,
    });
    const client = new KMSClient({ ...served.administrator, credentials });
    await expect(sign(key, {}, client)).rejects.toMatchObject({ message: expect.stringMatching(noKey) });
  });
});

describe('an alias', () => {
  const condition = (key: string, operator: string, value: string) => ({
    ...may,
    Condition: { [operator]: { [key]: value } },
  });
  const aliased = (name: string) => {
    const key = newKey();
    served.account.kmsKeys.createAlias(name, key.keyId);
    return key;
  };

  it('in the request is what kms:RequestAlias compares', async () => {
    const { client } = session([condition('kms:RequestAlias', 'StringLike', 'alias/request*')]);
    const key = aliased('alias/request');
    await sign('alias/request', {}, client);
    await sign(`arn:aws:kms:eu-west-1:${accountId}:alias/request`, {}, client);
    await expect(sign(key, {}, client)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    aliased('alias/other');
    await expect(sign('alias/other', {}, client)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('of the key is what kms:ResourceAliases compares, however it is named', async () => {
    const { client } = session([
      condition('kms:ResourceAliases', 'ForAnyValue:StringEquals', 'alias/resource'),
    ]);
    const key = aliased('alias/resource');
    served.account.kmsKeys.createAlias('alias/second', key.keyId);
    for (const name of [key.keyId, key.arn, 'alias/resource', 'alias/second']) await sign(name, {}, client);
    await expect(sign(newKey(), {}, client)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a key policy is refused when it is saved', () => {
  it.each<[string, Statement, RegExp]>([
    ['without a principal', { Action: 'kms:*' }, /Missing required field Principal/],
    ['with NotPrincipal', { ...toAccount, NotPrincipal: { AWS: root } }, /NotPrincipal/],
    [
      'with a role that there is not',
      { Principal: { AWS: root.replace('root', 'role/Missing') }, Action: 'kms:*' },
      /Invalid principal in policy/,
    ],
    [
      'with a condition key that the sandbox does not supply',
      { ...toAccount, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
      /does not supply the condition key kms:GrantIsForAWSResource/,
    ],
    [
      'with kms:ResourceAliases compared as if it had one value',
      { ...toAccount, Condition: { StringEquals: { 'kms:ResourceAliases': 'alias/a' } } },
      /set operators alone/,
    ],
    ['with more than 32 KiB', { ...toAccount, Sid: 'a'.repeat(32_768) }, /at most 32768 bytes/],
  ])('%s', (_, statement, says) => {
    expect(() => newKey({ policy: document(statement) })).toThrow(says);
  });

  it('without a resource', () => {
    const { Resource: _, ...statement } = { Resource: '*', Effect: 'Allow', ...toAccount };
    expect(() => newKey({ policy: { Version: '2012-10-17', Statement: [statement] } })).toThrow(
      /must contain resources/,
    );
  });
});
