// The bucket of the story: one object for every tenant, under the tenant's own prefix.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface TenantBucket {
  readonly bucket: string;
  readonly region: string;
  readonly tenants: readonly string[];
}

export const dataOf = (tenant: string) => `data of ${tenant}\n`;

export async function createBucket(s3: S3Client, { bucket, region, tenants }: TenantBucket): Promise<void> {
  // us-east-1 is no location constraint: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  const location = region === 'us-east-1' ? undefined : (region as BucketLocationConstraint);
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(location && { CreateBucketConfiguration: { LocationConstraint: location } }),
    }),
  );
  for (const tenant of tenants) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(tenant), Body: dataOf(tenant) }));
  }
}

/** Deletes the bucket and its objects, where it is there. */
export async function deleteBucket(s3: S3Client, { bucket, tenants }: TenantBucket): Promise<void> {
  try {
    for (const tenant of tenants)
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(tenant) }));
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
  }
}

export async function readData(s3: S3Client, bucket: string, tenant: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(tenant) }));
  return (await Body?.transformToString()) ?? '';
}

const keyOf = (tenant: string) => `${tenant}/file.txt`;
