// KMS: signatures of every kind of key, how a request names one, and KMS's words for what it refuses.
import { constants, createHash, createPublicKey, verify as verifyByNode } from 'node:crypto';
import {
  DescribeKeyCommand,
  EncryptCommand,
  GetPublicKeyCommand,
  type SignCommandInput,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeySpec } from '../../sandbox/kms-keys/key-specs.ts';
import type { KmsKey } from '../../sandbox/kms-keys/kms-key.ts';
import { runs } from '../support/runs.ts';
import { accountId, client, newKey, served, sign, useKmsAccount } from './fixtures/kms-account.ts';

useKmsAccount();

const message = Buffer.from('a message');
const digestOf = (algorithm: string, bytes: Uint8Array = message) =>
  createHash(`sha${algorithm.slice(-3)}`)
    .update(bytes)
    .digest();

async function publicKeyOf(key: KmsKey) {
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: key.keyId }));
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
}

/** As OpenSSL judges it, which had no part in a signature over a digest. */
async function isGood(
  key: KmsKey,
  algorithm: string,
  signature: Uint8Array = new Uint8Array(),
  bytes = message,
) {
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  const padding = algorithm.includes('PSS') ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : {};
  return verifyByNode(
    `sha${algorithm.slice(-3)}`,
    bytes,
    { key: await publicKeyOf(key), ...padding },
    signature,
  );
}

const rsaAlgorithms = ['PKCS1_V1_5', 'PSS'].flatMap((scheme) =>
  [256, 384, 512].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
) as SigningAlgorithmSpec[];
const kinds: [KeySpec, readonly SigningAlgorithmSpec[]][] = [
  ['RSA_2048', rsaAlgorithms],
  ['ECC_NIST_P256', ['ECDSA_SHA_256']],
  ['ECC_NIST_P384', ['ECDSA_SHA_384']],
  ['ECC_NIST_P521', ['ECDSA_SHA_512']],
  ['ECC_SECG_P256K1', ['ECDSA_SHA_256']],
];

describe('a key of the kind', () => {
  it.each(kinds)('%s signs messages, and its public key verifies them', async (spec, algorithms) => {
    const key = newKey({ spec });
    for (const SigningAlgorithm of algorithms) {
      const answer = await sign(key, { SigningAlgorithm });
      expect(answer).toMatchObject({ KeyId: key.arn, SigningAlgorithm });
      expect(await isGood(key, SigningAlgorithm, answer.Signature)).toBe(true);
      expect(await isGood(key, SigningAlgorithm, answer.Signature, Buffer.from('another'))).toBe(false);
    }
  });

  it('RSA signs a digest as it signs the message', async () => {
    const key = newKey({ spec: 'RSA_2048' });
    for (const SigningAlgorithm of rsaAlgorithms) {
      const Message = digestOf(SigningAlgorithm);
      const { Signature } = await sign(key, { SigningAlgorithm, Message, MessageType: 'DIGEST' });
      expect(await isGood(key, SigningAlgorithm, Signature), SigningAlgorithm).toBe(true);
    }
  });

  it('RSA verifies what it signed, the message and its digest alike, and nothing else', async () => {
    const key = newKey({ spec: 'RSA_2048' });
    const cases = fc.tuple(
      fc.constantFrom(...rsaAlgorithms),
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('RAW' as const, 'DIGEST' as const),
      fc.constantFrom('RAW' as const, 'DIGEST' as const),
      fc.nat(),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([SigningAlgorithm, bytes, signedAs, verifiedAs, at]) => {
        const as = (type: 'RAW' | 'DIGEST') => ({
          KeyId: key.keyId,
          SigningAlgorithm,
          MessageType: type,
          Message: type === 'RAW' ? bytes : digestOf(SigningAlgorithm, bytes),
        });
        const { Signature = new Uint8Array() } = await sign(key, as(signedAs));
        const verified = await client.send(new VerifyCommand({ ...as(verifiedAs), Signature }));
        expect(verified).toMatchObject({ SignatureValid: true, KeyId: key.arn });
        const changed = Signature.map((byte, index) => (index === at % Signature.length ? byte ^ 1 : byte));
        await expect(
          client.send(new VerifyCommand({ ...as(verifiedAs), Signature: changed })),
        ).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' });
      }),
      runs(25),
    );
  });

  it('ECC verifies messages alone: a digest is refused by name', async () => {
    const key = newKey();
    const { Signature } = await sign(key);
    const asked = { KeyId: key.keyId, SigningAlgorithm: 'ECDSA_SHA_256', Signature } as const;
    expect(await client.send(new VerifyCommand({ ...asked, Message: message }))).toMatchObject({
      SignatureValid: true,
    });
    await expect(
      sign(key, { Message: digestOf('ECDSA_SHA_256'), MessageType: 'DIGEST' }),
    ).rejects.toMatchObject({ message: 'The sandbox does not sign a digest with ECDSA_SHA_256.' });
  });
});

describe('what KMS says of a key', () => {
  it('is its kind, its use and its algorithms', async () => {
    const key = newKey({ spec: 'RSA_2048', description: 'signs' });
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key.keyId }));
    expect(KeyMetadata).toMatchObject({
      AWSAccountId: accountId,
      Arn: key.arn,
      KeyId: key.keyId,
      Description: 'signs',
      Enabled: true,
      KeyState: 'Enabled',
      KeyUsage: 'SIGN_VERIFY',
      KeySpec: 'RSA_2048',
      SigningAlgorithms: rsaAlgorithms,
    });
    expect(KeyMetadata?.CreationDate?.getTime()).toBe(key.createdAt);
    expect(await client.send(new GetPublicKeyCommand({ KeyId: key.keyId }))).toMatchObject({
      KeyId: key.arn,
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: rsaAlgorithms,
    });
  });

  it('is the same public key every time', async () => {
    const key = newKey();
    const [one, other] = await Promise.all([publicKeyOf(key), publicKeyOf(key)]);
    expect(one.equals(other)).toBe(true);
  });
});

describe('a request names a key', () => {
  it('by id, by ARN, by alias and by the ARN of the alias', async () => {
    const key = newKey();
    served.account.kmsKeys.createAlias('alias/portal/tokens', key.keyId);
    const alias = `arn:aws:kms:eu-west-1:${accountId}:alias/portal/tokens`;
    for (const KeyId of [key.keyId, key.arn, 'alias/portal/tokens', alias]) {
      expect((await sign(KeyId)).KeyId).toBe(key.arn);
    }
  });

  const missing = '00000000-0000-4000-8000-000000000000';
  it.each([
    [missing, `Key 'arn:aws:kms:eu-west-1:${accountId}:key/${missing}' does not exist`],
    [
      `arn:aws:kms:eu-west-1:${accountId}:key/${missing}`,
      `Key 'arn:aws:kms:eu-west-1:${accountId}:key/${missing}' does not exist`,
    ],
    ['alias/missing', `Alias arn:aws:kms:eu-west-1:${accountId}:alias/missing is not found.`],
    ['portal', "Invalid keyId 'portal'"],
    [`arn:aws:kms:us-east-1:${accountId}:key/${missing}`, 'Invalid arn us-east-1'],
    ['arn:aws:s3:::bucket', 'Invalid arn arn:aws:s3:::bucket'],
  ])('that there is not: %s', async (KeyId, says) => {
    await expect(sign(KeyId)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: says,
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });
});

describe('Sign refuses', () => {
  const violation = '1 validation error detected: ';
  const rows: [string, Partial<KmsKey>, Partial<SignCommandInput>, string, string | RegExp][] = [
    [
      'an algorithm of another kind',
      {},
      { SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' },
      'InvalidKeyUsageException',
      'Algorithm RSASSA_PKCS1_V1_5_SHA_256 is incompatible with key spec ECC_NIST_P256.',
    ],
    [
      'another algorithm of its curve',
      {},
      { SigningAlgorithm: 'ECDSA_SHA_384' },
      'InvalidKeyUsageException',
      'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
    ],
    [
      'an algorithm that there is not',
      {},
      { SigningAlgorithm: 'HS256' as SigningAlgorithmSpec },
      'ValidationException',
      /^1 validation error detected: Value 'HS256' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set/,
    ],
    [
      'a type of message that there is not',
      {},
      { MessageType: 'HASH' as 'RAW' },
      'ValidationException',
      /Value 'HASH' at 'messageType'.* enum value set: \[RAW, DIGEST\]$/,
    ],
    [
      '4,097 bytes',
      {},
      { Message: Buffer.alloc(4_097) },
      'ValidationException',
      `${violation}Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096`,
    ],
    [
      'a digest of another length',
      {},
      { Message: Buffer.alloc(48), MessageType: 'DIGEST' },
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
    ],
    ['no message', {}, { Message: undefined }, 'ValidationException', /Value at 'message'.* not be null$/],
    [
      'no algorithm',
      {},
      { SigningAlgorithm: undefined },
      'ValidationException',
      /'signingAlgorithm'.* not be null$/,
    ],
    [
      'grant tokens',
      {},
      { GrantTokens: ['a'] },
      'NotImplemented',
      'The sandbox does not have kms GrantTokens.',
    ],
    ['a dry run', {}, { DryRun: true }, 'NotImplemented', 'The sandbox does not have kms DryRun.'],
  ];
  it.each(rows)('%s', async (_, key, input, name, says) => {
    await expect(sign(newKey(key as object), input)).rejects.toMatchObject({
      name,
      message: typeof says === 'string' ? says : expect.stringMatching(says),
    });
  });

  it('not 4,096 bytes', async () => {
    expect((await sign(newKey(), { Message: Buffer.alloc(4_096) })).Signature?.length).toBeGreaterThan(60);
  });

  it('a disabled key, which can still be described', async () => {
    const key = newKey({ isEnabled: false });
    const disabled = { name: 'DisabledException', message: `${key.arn} is disabled.` };
    await expect(sign(key)).rejects.toMatchObject(disabled);
    await expect(client.send(new GetPublicKeyCommand({ KeyId: key.keyId }))).rejects.toMatchObject(disabled);
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key.keyId }));
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: 'Disabled' });
  });

  it('a symmetric key, which has no public one, and encrypts nothing but data keys here', async () => {
    const key = newKey({ spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' });
    await expect(sign(key)).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: `${key.arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
    });
    await expect(client.send(new GetPublicKeyCommand({ KeyId: key.keyId }))).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
    await expect(
      client.send(new EncryptCommand({ KeyId: key.keyId, Plaintext: message })),
    ).rejects.toMatchObject({ name: 'NotImplemented', message: 'The sandbox does not have kms Encrypt.' });
  });

  it('what is no base64, with nothing of a stack', async () => {
    const { endpoint } = served.administrator;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.Sign' },
      body: '{',
    });
    expect(await response.text()).not.toMatch(/at .*\.ts/);
  });
});

it('the trail shows which key signed, and nothing of the message', async () => {
  const key = newKey();
  await sign(key, { Message: Buffer.from('canary') });
  expect(served.account.trail.events.at(-1)).toMatchObject({
    service: 'kms',
    operation: 'Sign',
    parameters: { KeyId: key.arn, SigningAlgorithm: 'ECDSA_SHA_256' },
  });
  expect(JSON.stringify(served.account.trail.events)).not.toContain(Buffer.from('canary').toString('base64'));
});
