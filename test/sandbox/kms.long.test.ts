// KMS keys that take seconds to make.
import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { client, newKey, sign, useKmsAccount } from './fixtures/kms-account.ts';

useKmsAccount();

it.each([3_072, 4_096] as const)('an RSA key of %i bits signs messages', async (bits) => {
  const key = newKey({ spec: `RSA_${bits}` });
  const message = Buffer.from('a message');
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: key.arn }));
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
  const { Signature = new Uint8Array() } = await sign(key, {
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_512',
    Message: message,
  });
  expect(verify('sha512', message, publicKey, Signature)).toBe(true);
});
