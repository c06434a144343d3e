// What a session finds in S3: asked of S3 itself, as the session, which says what it may.
import type { S3Client } from '@aws-sdk/client-s3';
import type { Account } from '../account/account.ts';
import type { Destination } from './destination.ts';
import type { VerifiedSession } from './session.ts';

export interface BucketView {
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
  /** `undefined` where it is denied. */
  readonly keys: readonly string[] | undefined;
  readonly isCut: boolean;
}

export interface S3View {
  /** Why buckets cannot be listed, where they cannot: AWS's code. */
  readonly refusal?: string;
  readonly buckets: readonly BucketView[];
}

const MAX_BUCKETS = 20;
const MAX_KEYS = 50;
const MAX_PREFIXES = 5;

/**
 * The bucket and prefix that the destination names, or all buckets: each whole or, where that is denied, below the value of a
 * tag of the session, as tenants' objects are.
 */
export async function s3ViewOf(
  account: Account,
  awsEndpointUrl: string,
  session: VerifiedSession,
  destination: Destination,
): Promise<S3View> {
  const { S3Client: Client, ListBucketsCommand } = await import('@aws-sdk/client-s3');
  const { caller, secretAccessKey, sessionToken } = session;
  const client = new Client({
    endpoint: awsEndpointUrl,
    region: account.region,
    forcePathStyle: true,
    maxAttempts: 1,
    // Signs by the account's clock.
    systemClockOffset: account.now() - Date.now(),
    credentials: { accessKeyId: caller.accessKeyId, secretAccessKey, sessionToken },
  });
  try {
    const named = /^\/s3\/buckets\/([a-z0-9.-]{3,63})$/.exec(destination.path)?.[1];
    if (named !== undefined) {
      const asked = destination.query.get('prefix') ?? '';
      return { buckets: [await viewOf(client, named, [asked])] };
    }
    const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
    const names = Buckets.slice(0, MAX_BUCKETS).flatMap(({ Name }) => Name ?? []);
    const prefixes = ['', ...prefixesOf(session)];
    return { buckets: await Promise.all(names.map((name) => viewOf(client, name, prefixes))) };
  } catch (error) {
    return { refusal: (error as Error).name, buckets: [] };
  } finally {
    client.destroy();
  }
}

function prefixesOf({ caller: { principalTags } }: VerifiedSession): string[] {
  const values = [...new Set(principalTags.values())].filter((value) => value !== '');
  return values.slice(0, MAX_PREFIXES).map((value) => `${value}/`);
}

/** The first of the prefixes that may be listed. */
async function viewOf(client: S3Client, bucket: string, prefixes: readonly string[]): Promise<BucketView> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  for (const prefix of prefixes) {
    try {
      const { Contents = [], IsTruncated = false } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: MAX_KEYS }),
      );
      return { bucket, prefix, keys: Contents.flatMap(({ Key }) => Key ?? []), isCut: IsTruncated };
    } catch {
      // Denied, or gone meanwhile; the trail says which.
    }
  }
  return { bucket, prefix: prefixes[0] ?? '', keys: undefined, isCut: false };
}
