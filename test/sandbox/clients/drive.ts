// Drives examples/node: answers each line of standard input, a JSON object, with one.
import { createInterface } from 'node:readline/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SessionBrokerError } from 'iam-session-broker-client';
import { read } from '../../../examples/node/many-tenants.ts';
import { clientOf } from '../../../examples/node/one-tenant.ts';

interface Line {
  readonly token: string;
  readonly bucket: string;
  readonly key: string;
  /** Through the client of one tenant, which finds the broker by its domain name. */
  readonly byDomain?: boolean;
}

const clients = new Map<string, ReturnType<typeof clientOf>>();

async function readByDomain({ token, bucket, key }: Line): Promise<string | undefined> {
  const s3 = clients.get(token) ?? clientOf({ idToken: async () => token });
  clients.set(token, s3);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line;
  const answer = await (line.byDomain ? readByDomain(line) : read(line.token, line.bucket, line.key)).then(
    (content) => ({ text: content }),
    (error: Error) => ({
      error: error.message,
      ...(error instanceof SessionBrokerError && {
        code: error.code,
        status: error.statusCode,
        retryAfter: error.retryAfterSeconds,
      }),
    }),
  );
  console.log(JSON.stringify(answer));
}
