// AWS::KMS::Key
import { z } from 'zod';
import { requireKeySpec } from '../kms-keys/key-specs.ts';
import { ignored, policyDocument, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  KeySpec: z.string().default('SYMMETRIC_DEFAULT'),
  KeyUsage: z
    .enum(
      ['SIGN_VERIFY', 'ENCRYPT_DECRYPT'],
      'the sandbox has KMS keys that sign, and those that encrypt a table',
    )
    .default('ENCRYPT_DECRYPT'),
  KeyPolicy: policyDocument.optional(),
  Description: z.string().optional(),
  Enabled: z.stringbool().or(z.boolean()).default(true),
  MultiRegion: z.literal(false, 'the sandbox has one region').optional(),
  Origin: z.literal('AWS_KMS', 'the sandbox imports no key material').optional(),
  BypassPolicyLockoutSafetyCheck: ignored('no key policy is changed once it is there'),
  EnableKeyRotation: ignored('a key ends with its sandbox'),
  PendingWindowInDays: ignored('no key is deleted'),
  RotationPeriodInDays: ignored('a key ends with its sandbox'),
  Tags: ignored('a statement that goes by the tags of a key is a denial'),
});

export const kmsKey = resourceType(properties, (given, { account: { kmsKeys }, uuid }) => {
  const { keyId, arn } = kmsKeys.create({
    keyId: uuid(),
    spec: requireKeySpec(given.KeySpec),
    usage: given.KeyUsage,
    isEnabled: given.Enabled,
    ...(given.KeyPolicy && { policy: given.KeyPolicy }),
    ...(given.Description !== undefined && { description: given.Description }),
  });
  return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
});
