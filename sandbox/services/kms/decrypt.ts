// Decrypt: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireOneOf } from '../../constraints.ts';
import { decryptUnder, keyIdIn } from '../../kms-keys/ciphertext.ts';
import {
  encryptionContextOf,
  onEncryptingKey,
  requireEncrypting,
  requireNone,
} from './encryption-request.ts';
import { keyOf, readBytes } from './key-request.ts';

const MAX_CIPHERTEXT_BYTES = 6_144;
const authorize = onEncryptingKey('kms:Decrypt');

export const decrypt: Operation = {
  recorded: ['KeyId'],
  authorize: (call) => authorize(named(call)),
  run(call) {
    requireNone(call, 'Recipient');
    requireOneOf('encryptionAlgorithm', call.input['EncryptionAlgorithm'] ?? 'SYMMETRIC_DEFAULT', [
      'SYMMETRIC_DEFAULT',
    ] as const);
    const { key } = keyOf(named(call));
    requireEncrypting(key, 'Decrypt');
    const ciphertext = ciphertextOf(call);
    if (keyIdIn(ciphertext) !== key.keyId && call.account.kmsKeys.has(keyIdIn(ciphertext))) {
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a KMS key that can perform this operation.',
      );
    }
    const plaintext = decryptUnder(key, ciphertext, encryptionContextOf(call));
    // KMS says no more.
    if (!plaintext) throw new AwsError('InvalidCiphertextException', '');
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
};

/** Whoever names no key means the one that encrypted. @throws AwsError InvalidCiphertextException */
function named(call: OperationCall): OperationCall {
  if (call.input['KeyId'] !== undefined) return call;
  const keyId = keyIdIn(ciphertextOf(call));
  if (!call.account.kmsKeys.has(keyId)) throw new AwsError('InvalidCiphertextException', '');
  return { ...call, input: { ...call.input, KeyId: keyId } };
}

function ciphertextOf({ input }: OperationCall): Buffer {
  return readBytes('ciphertextBlob', input['CiphertextBlob'], MAX_CIPHERTEXT_BYTES);
}
