// AWS::S3::Bucket
import { z } from 'zod';
import { checkBucketName } from '../services/s3/bucket-name.ts';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: ignored('nothing is kept on a disk'),
  LifecycleConfiguration: ignored('an object ends with its sandbox'),
  OwnershipControls: ignored('there are no ACLs'),
  PublicAccessBlockConfiguration: ignored(
    'nothing lets in the public: there are no bucket policies and no ACLs',
  ),
  Tags: ignored('a statement that goes by the tags of a bucket is a denial'),
});

export const bucket = resourceType(
  properties,
  ({ BucketName }, { account, physicalName }) => {
    const { buckets, all, now, region } = account;
    const name = BucketName ?? physicalName(63).toLowerCase();
    checkBucketName(name);
    if ([...all.values()].some((other) => other.buckets.has(name))) throw new Error(`${name} already exists`);
    buckets.set(name, { name, createdAt: now(), objects: new Map() });
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  },
  {
    delete({ ref }, { account: { buckets } }) {
      if ((buckets.get(ref)?.objects.size ?? 0) > 0) {
        throw new Error('The bucket you tried to delete is not empty');
      }
      buckets.delete(ref);
    },
  },
);
