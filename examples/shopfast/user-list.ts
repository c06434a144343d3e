// The users' list, read as the person who has signed in: the broker gives credentials for what is granted to them, and no more.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import type { SessionBroker } from 'iam-session-broker-client';

/** Of the client library, what is used here. */
export interface DataBroker {
  credentials(
    token: string,
    access: { readonly target: string; readonly permission: 'READ' },
  ): ReturnType<SessionBroker['credentials']>;
}

const KEY = 'users/user_list';
const LARGEST_BYTES = 1_000_000;

/** @throws SessionBrokerError; S3's errors; Error where it is no such list */
export async function readUserList(
  broker: DataBroker,
  { bucket, region }: { readonly bucket: string; readonly region: string },
  idToken: string,
): Promise<Record<string, string>[]> {
  // The library keeps what it was given by token and target: a second visit, and ten at once, ask the broker once.
  const credentials = await broker.credentials(idToken, {
    ...{ target: `s3://${bucket}/users*`, permission: 'READ' },
  });
  const s3 = new S3Client({ region, credentials });
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
    if (ContentLength > LARGEST_BYTES) throw new Error('the list of users is too large to be shown');
    return rowsOf((await Body?.transformToString()) ?? '');
  } finally {
    s3.destroy();
  }
}

function rowsOf(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = parse(csv, { bom: true, skip_empty_lines: true }) as string[][];
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])));
}
