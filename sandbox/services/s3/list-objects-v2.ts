// ListObjectsV2: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
import type { Bucket, BucketObject } from '../../account/account.ts';
import type { Operation, OperationCall } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { bucketArn, bucketOf } from './bucket-request.ts';

interface Listing {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: string;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
  readonly EncodingType?: string;
}

/** An object, or the common prefix of several, under the name that orders it. */
interface Entry {
  readonly name: string;
  readonly object?: BucketObject;
}

export const listObjectsV2: Operation = {
  authorize: (call) => ({
    action: 's3:ListBucket',
    resource: bucketArn(call),
    context: conditionContext(call.input),
  }),
  run(call): RestXmlOutput {
    const bucket = bucketOf(call);
    const listing: Listing = call.input;
    const encode = encoderOf(listing.EncodingType);
    const maxKeys = Math.min(maxKeysOf(listing.MaxKeys), 1_000);
    const remaining = entriesOf(bucket, listing);
    const page = remaining.slice(0, maxKeys);
    const last = page.at(-1);
    const truncated = last !== undefined && remaining.length > page.length;
    return {
      xml: {
        ListBucketResult: {
          Name: bucket.name,
          Prefix: encode(listing.Prefix ?? ''),
          Delimiter: listing.Delimiter && encode(listing.Delimiter),
          MaxKeys: maxKeys,
          EncodingType: listing.EncodingType,
          KeyCount: page.length,
          IsTruncated: truncated,
          ContinuationToken: listing.ContinuationToken,
          NextContinuationToken: truncated ? continuationToken(last.name) : undefined,
          StartAfter: listing.StartAfter && encode(listing.StartAfter),
          Contents: page.flatMap(({ name, object }) => (object ? [describe(encode(name), object)] : [])),
          CommonPrefixes: page.flatMap(({ name, object }) => (object ? [] : [{ Prefix: encode(name) }])),
        },
      },
    };
  },
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
function conditionContext(input: OperationCall['input']): Record<string, string> {
  const { Prefix, Delimiter, MaxKeys }: Listing = input;
  return {
    ...(Prefix !== undefined && { 's3:prefix': Prefix }),
    ...(Delimiter !== undefined && { 's3:delimiter': Delimiter }),
    ...(MaxKeys !== undefined && { 's3:max-keys': MaxKeys }),
  };
}

/** What is left to list, in the order of UTF-8 bytes, keys that share a common prefix as one entry. */
function entriesOf(bucket: Bucket, listing: Listing): Entry[] {
  const { Prefix = '', Delimiter = '', StartAfter, ContinuationToken } = listing;
  const entries = new Map<string, Entry>();
  for (const [key, object] of [...bucket.objects].sort(([a], [b]) => compareUtf8(a, b))) {
    if (!key.startsWith(Prefix)) continue;
    // A token goes by what was listed, so it replaces StartAfter, which goes by keys.
    if (ContinuationToken === undefined && StartAfter !== undefined && compareUtf8(key, StartAfter) <= 0)
      continue;
    const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
    const name = end < 0 ? key : key.slice(0, end + Delimiter.length);
    entries.set(name, end < 0 ? { name, object } : { name });
  }
  const after = ContinuationToken === undefined ? undefined : nameIn(ContinuationToken);
  return [...entries.values()].filter(({ name }) => after === undefined || compareUtf8(name, after) > 0);
}

function describe(Key: string, object: BucketObject): Record<string, unknown> {
  return {
    Key,
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    Size: object.body.length,
    StorageClass: 'STANDARD',
  };
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function continuationToken(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function nameIn(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (token !== '' && continuationToken(name) === token) return name;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
}

function maxKeysOf(text = '1000'): number {
  if (/^\d+$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
}

/** S3's encoding leaves `/` as it is and writes a blank as `+`. */
function encoderOf(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType === 'url') {
    return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
  }
  throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
}
