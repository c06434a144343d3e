import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SessionBroker } from 'iam-session-broker-client';

const broker = new SessionBroker({ endpoint: process.env['ISB_API_ENDPOINT'] ?? '', region: 'eu-west-1' });

/** With credentials that read below this prefix, and nothing else. */
export async function readUsers(jwt: string, bucket: string, name: string) {
  const credentials = broker.forToken(jwt, { target: `s3://${bucket}/users/*`, permission: 'READ' });
  const s3 = new S3Client({ credentials });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `users/${name}` }));
    return await Body?.transformToString();
  } finally {
    s3.destroy();
  }
}

/** What could be asked for. */
export async function listGrants(jwt: string) {
  const grants = await broker.grants(jwt);
  return grants.map(({ permission, grantScope }) => `${permission} ${grantScope}`);
}
