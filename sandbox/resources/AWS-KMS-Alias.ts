// AWS::KMS::Alias
import { z } from 'zod';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  AliasName: z.string(),
  TargetKeyId: z
    .string()
    .refine((keyId) => !keyId.includes('alias/'), 'an alias stands for a key, not for an alias'),
});

export const kmsAlias = resourceType(properties, (given, { account: { kmsKeys } }) => {
  kmsKeys.createAlias(given.AliasName, given.TargetKeyId);
  return { ref: given.AliasName, attributes: {} };
});
