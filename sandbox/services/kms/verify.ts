// Verify: https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { isSignatureOf } from '../../kms-keys/signature.ts';
import { onKey, readSignature, readSigning } from './key-request.ts';

export const verify: Operation = {
  recorded: ['KeyId', 'SigningAlgorithm', 'MessageType'],
  authorize: onKey('kms:Verify'),
  async run(call) {
    const { key, algorithm, message } = readSigning(call, 'Verify');
    if (!isSignatureOf(await key.material(), algorithm, message, readSignature(call))) {
      throw new AwsError('KMSInvalidSignatureException', 'The signature is not valid.');
    }
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
  },
};
