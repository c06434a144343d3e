// The rules of bucket names.
import { isIPv4 } from 'node:net';
import { AwsError } from '../../aws-error.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const refusedPrefix = /^(xn--|sthree-|amzn-s3-demo-)/;
const refusedSuffix = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** Throws `InvalidBucketName`. */
export function checkBucketName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !isIPv4(name);
  if (!wellFormed || refusedPrefix.test(name) || refusedSuffix.test(name)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  }
}
