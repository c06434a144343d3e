// The buckets whose data is handed out: those that the stack makes, and those that are there already.
import { RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { AccessGrantsSettings } from '../settings/settings.ts';

export class Buckets extends Construct {
  /** Of all, those that the stack makes first. */
  readonly names: readonly string[];
  readonly #made = new Map<string, Bucket>();

  constructor(
    scope: Construct,
    id: string,
    {
      settings: { buckets, existingBuckets },
      isRetained,
    }: { settings: Pick<AccessGrantsSettings, 'buckets' | 'existingBuckets'>; isRetained: boolean },
  ) {
    super(scope, id);
    for (const bucketName of buckets) {
      const bucket = new Bucket(this, bucketName, {
        bucketName,
        encryption: BucketEncryption.S3_MANAGED,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        // But for a first deployment that is rolled back, whose bucket would be in the way of the next.
        removalPolicy: isRetained ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      });
      this.#made.set(bucketName, bucket);
    }
    this.names = [...[...this.#made.values()].map((bucket) => bucket.bucketName), ...existingBuckets];
  }

  /** The name, by way of the bucket where the stack makes it: who uses that waits for the bucket. */
  nameOf(bucketName: string): string {
    return this.#made.get(bucketName)?.bucketName ?? bucketName;
  }
}
