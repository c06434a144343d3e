// AWS::S3::BucketPolicy
import { z } from 'zod';
import { resourceType } from './resource-type.ts';

/** The one that changes nothing here: every request is taken for one over TLS. What allows, or denies more, is refused by name. */
const denialWithoutTls = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Deny', 'the sandbox has no bucket policies that allow'),
  Principal: z.unknown(),
  Action: z.unknown(),
  Resource: z.unknown(),
  Condition: z.strictObject(
    { Bool: z.strictObject({ 'aws:SecureTransport': z.literal('false') }) },
    'the sandbox has no bucket policies but the denial of requests without TLS',
  ),
});

const properties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.strictObject({
    Version: z.string().optional(),
    Id: z.string().optional(),
    Statement: z.array(denialWithoutTls),
  }),
});

export const bucketPolicy = resourceType(
  properties,
  ({ Bucket }, { account: { buckets } }) => {
    if (!buckets.has(Bucket)) throw new Error('The specified bucket does not exist');
    return { ref: Bucket, attributes: {} };
  },
  { update: (_, { ref }) => ({ ref, attributes: {} }), delete: () => {} },
);
