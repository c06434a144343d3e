// The S3 scope: an object, or everything whose key begins so. What targets, grants and templates are made of.

export interface S3Scope {
  readonly bucket: string;
  /** Of an object, or what keys begin with: nothing where it is the whole bucket. */
  readonly key: string;
  /** Whether it stood with `*` at its end. */
  readonly isPrefix: boolean;
}

/** As S3 Control bounds it. https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html */
export const MAX_SCOPE_LENGTH = 2_000;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?=.{3,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Reads `s3://bucket/prefix*` or `s3://bucket/key`; otherwise says what is wrong with it, and quotes nothing of it. */
export function readScope(text: string): S3Scope | { readonly problem: string } {
  const [, bucket, rest] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(text) ?? [];
  if (text.length > MAX_SCOPE_LENGTH)
    return { problem: `must be at most ${MAX_SCOPE_LENGTH} characters long` };
  if (bucket === undefined || rest === undefined) {
    return { problem: 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY' };
  }
  if (!bucketName.test(bucket)) return { problem: 'must begin with the name of a bucket' };
  const isPrefix = rest.endsWith('*');
  const key = isPrefix ? rest.slice(0, -1) : rest;
  const problem = findKeyProblem(key, isPrefix);
  return problem === undefined ? { bucket, key, isPrefix } : { problem };
}

export function renderScope({ bucket, key, isPrefix }: S3Scope): string {
  return `s3://${bucket}/${key}${isPrefix ? '*' : ''}`;
}

/** Whether all of `inner` is in `outer`. */
export function isWithin(inner: S3Scope, outer: S3Scope): boolean {
  if (inner.bucket !== outer.bucket) return false;
  if (outer.isPrefix) return inner.key.startsWith(outer.key);
  return !inner.isPrefix && inner.key === outer.key;
}

/** What a policy would read as more than a character, and what no key may be. */
function findKeyProblem(key: string, isPrefix: boolean): string | undefined {
  if (/[*?]|\$\{/.test(key)) return 'must have no * but at its end, no ? and no ${';
  // Halves of surrogate pairs that stand alone would all be one character in UTF-8.
  if (/[\p{Cc}\p{Cs}]/u.test(key)) return 'must have no control characters';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `must have a key of at most ${MAX_KEY_BYTES} bytes`;
  if (!isPrefix && (key === '' || key.endsWith('/'))) return 'must end in * where it is no object';
  return undefined;
}
