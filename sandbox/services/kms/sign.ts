// Sign: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
import type { Operation } from '../../account/operation.ts';
import { signMessage } from '../../kms-keys/signature.ts';
import { onKey, readSigning } from './key-request.ts';

export const sign: Operation = {
  recorded: ['KeyId', 'SigningAlgorithm', 'MessageType'],
  authorize: onKey('kms:Sign'),
  async run(call) {
    const { key, algorithm, message } = readSigning(call, 'Sign');
    const signature = signMessage(await key.material(), algorithm, message);
    return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm: algorithm };
  },
};
