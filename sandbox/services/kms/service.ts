// AWS KMS: the keys that sign, and those that encrypt data keys. https://docs.aws.amazon.com/kms/latest/APIReference/
import type { JsonService } from '../../account/service.ts';
import { decrypt } from './decrypt.ts';
import { describeKey } from './describe-key.ts';
import { generateDataKey } from './generate-data-key.ts';
import { getPublicKey } from './get-public-key.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

export const kms: JsonService = {
  name: 'kms',
  protocol: 'json',
  targetPrefix: 'TrentService',
  jsonVersion: '1.1',
  operations: {
    Decrypt: decrypt,
    DescribeKey: describeKey,
    GenerateDataKey: generateDataKey,
    GetPublicKey: getPublicKey,
    Sign: sign,
    Verify: verify,
  },
};
