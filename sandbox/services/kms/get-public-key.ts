// GetPublicKey: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { specificationOf } from '../../kms-keys/key-specs.ts';
import { keyOf, onKey, requireEnabled } from './key-request.ts';

export const getPublicKey: Operation = {
  recorded: ['KeyId'],
  authorize: onKey('kms:GetPublicKey'),
  async run(call) {
    const { key } = keyOf(call);
    if (key.usage !== 'SIGN_VERIFY') {
      throw new AwsError('UnsupportedOperationException', `${key.arn} is symmetric and has no public key.`);
    }
    requireEnabled(key);
    const { publicKey } = await key.material();
    return {
      KeyId: key.arn,
      PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: specificationOf(key.spec).algorithms,
    };
  },
};
