import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SessionBroker } from 'iam-session-broker-client';

const broker = new SessionBroker({ endpoint: process.env['ISB_API_ENDPOINT'] ?? '', region: 'eu-west-1' });

export async function read(jwt: string, bucket: string, key: string) {
  const s3 = new S3Client({ credentials: broker.forToken(jwt) });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } finally {
    s3.destroy();
  }
}
