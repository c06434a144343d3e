// What requests on buckets and objects have in common: the bucket that they name, and the ARNs.
import type { Account, Bucket } from '../../account/account.ts';
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

/**
 * The bucket of the request; throws `NoSuchBucket`, which S3 tells whoever asks, permitted or not, and `AccessDenied` for
 * another account's: no bucket has a policy that would let its callers in.
 */
export function bucketOf({ account, input }: OperationCall): Bucket {
  const name = String(input['Bucket']);
  const bucket = account.buckets.get(name);
  if (bucket) return bucket;
  const owner = ownerOf(account, name);
  if (owner)
    throw new AwsError('AccessDenied', 'Access Denied', 403, `${name} is of account ${owner.accountId}`);
  throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
}

/** The account that has a bucket of this name. */
export function ownerOf({ all }: Account, name: string): Account | undefined {
  return [...all.values()].find(({ buckets }) => buckets.has(name));
}

/** Object names are 1,024 bytes at most; throws `KeyTooLongError`. */
export function keyOf({ input }: OperationCall): string {
  const key = String(input['Key']);
  if (Buffer.byteLength(key) <= 1_024) return key;
  throw new AwsError('KeyTooLongError', 'Your key is too long');
}

/** Throws `NoSuchBucket`. */
export function bucketArn(call: OperationCall): string {
  return `arn:${call.account.partition}:s3:::${bucketOf(call).name}`;
}

/** Throws `NoSuchBucket`. */
export function objectArn(call: OperationCall, key = keyOf(call)): string {
  return `${bucketArn(call)}/${key}`;
}
