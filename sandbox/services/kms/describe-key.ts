// DescribeKey: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
import type { Operation } from '../../account/operation.ts';
import { specificationOf } from '../../kms-keys/key-specs.ts';
import { keyOf, onKey } from './key-request.ts';

export const describeKey: Operation = {
  recorded: ['KeyId'],
  authorize: onKey('kms:DescribeKey'),
  run(call) {
    const { key } = keyOf(call);
    return {
      KeyMetadata: {
        AWSAccountId: call.account.accountId,
        KeyId: key.keyId,
        Arn: key.arn,
        CreationDate: key.createdAt / 1_000,
        Enabled: key.isEnabled,
        Description: key.description,
        KeyUsage: key.usage,
        KeyState: key.isEnabled ? 'Enabled' : 'Disabled',
        Origin: 'AWS_KMS',
        KeyManager: 'CUSTOMER',
        CustomerMasterKeySpec: key.spec,
        KeySpec: key.spec,
        MultiRegion: false,
        ...(key.usage === 'SIGN_VERIFY'
          ? { SigningAlgorithms: specificationOf(key.spec).algorithms }
          : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
      },
    };
  },
};
