// GenerateDataKey: https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
import { randomBytes } from 'node:crypto';
import type { Operation, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireInteger, requireOneOf } from '../../constraints.ts';
import { encryptUnder } from '../../kms-keys/ciphertext.ts';
import {
  encryptionContextOf,
  onEncryptingKey,
  requireEncrypting,
  requireNone,
} from './encryption-request.ts';
import { keyOf } from './key-request.ts';

const lengths = { AES_128: 16, AES_256: 32 } as const;

export const generateDataKey: Operation = {
  recorded: ['KeyId', 'KeySpec'],
  authorize: onEncryptingKey('kms:GenerateDataKey'),
  run(call) {
    requireNone(call, 'Recipient');
    const { key } = keyOf(call);
    requireEncrypting(key, 'GenerateDataKey');
    const plaintext = randomBytes(lengthOf(call));
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      CiphertextBlob: encryptUnder(key, plaintext, encryptionContextOf(call)).toString('base64'),
    };
  },
};

function lengthOf({ input: { KeySpec, NumberOfBytes } }: OperationCall): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  if (KeySpec === undefined) return requireInteger('numberOfBytes', NumberOfBytes, { min: 1, max: 1_024 });
  return lengths[requireOneOf('keySpec', KeySpec, ['AES_256', 'AES_128'] as const)];
}
