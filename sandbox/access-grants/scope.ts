// Scopes: the S3 paths that locations, grants and targets are, `s3://bucket/users/*`, and which lies within which.
import { accessGrantsError, notKnown } from './errors.ts';

/** Of a location that has all buckets. */
export const DEFAULT_LOCATION_SCOPE = 's3://';

/** A bucket, and the keys in it that begin with a prefix, or the one key. */
export interface Scope {
  /** As it is shown: `s3://bucket/users/*`. */
  readonly text: string;
  readonly bucket: string;
  /** Without the `*` at the end. */
  readonly key: string;
  /** Whether it is all keys that begin so: it ends in `*`. */
  readonly isPrefix: boolean;
}

/**
 * A scope that has a bucket. Its keys need not exist, nor its bucket.
 * @throws AwsError NotImplemented for characters that policies read otherwise, and for a scope without a bucket
 */
export function parseScope(given: string): Scope {
  const text = withScheme(given);
  const [, bucket, key] = /^s3:\/\/([^/*]+)\/(.*?)\*?$/s.exec(text) ?? [];
  if (bucket === undefined || key === undefined) throw notKnown(`the scope ${given}: not s3://BUCKET/…`);
  return { text, bucket, key, isPrefix: text.endsWith('*') };
}

/**
 * What a location stands for: `s3://`, a bucket, or a bucket and a prefix.
 * @throws AwsError InvalidAccessGrantsLocation, NotImplemented
 */
export function parseLocationScope(given: string): string {
  if (/^s3:\/\/$/i.test(given)) return DEFAULT_LOCATION_SCOPE;
  if (!/^s3:\/\/[a-z0-9]/i.test(given)) throw accessGrantsError('InvalidAccessGrantsLocation');
  return withScheme(given);
}

/**
 * The scope of a grant: the location's with the sub-prefix behind it, whatever the two make of each other.
 * @throws AwsError InvalidAccessGrant, NotImplemented
 */
export function grantScope(locationScope: string, subPrefix = ''): Scope {
  if (locationScope === DEFAULT_LOCATION_SCOPE && subPrefix === '') {
    throw accessGrantsError('InvalidAccessGrant', 'a grant for the default location needs a sub-prefix');
  }
  return parseScope(subPrefix === '' ? locationScope : `${locationScope.replace(/\*$/, '')}${subPrefix}`);
}

/** Whether all of `inner` is in `outer`. Text, and no folders: `users*` has `users-private/` too. */
export function contains(outer: Scope, inner: Scope): boolean {
  return outer.isPrefix
    ? inner.text.replace(/\*$/, '').startsWith(outer.text.slice(0, -1))
    : inner.text === outer.text;
}

/** The smaller scope first; of scopes that have a target in common this is the closer. */
export function closerFirst(one: Scope, other: Scope): number {
  return Number(one.isPrefix) - Number(other.isPrefix) || other.text.length - one.text.length;
}

/** AWS's guide writes `S3://` as well. @throws AwsError NotImplemented */
function withScheme(given: string): string {
  if (/[*].|[?]|\$\{/s.test(given)) throw notKnown(`scopes with ?, \${ or a * before their end: ${given}`);
  return given.replace(/^s3:/i, 's3:');
}
