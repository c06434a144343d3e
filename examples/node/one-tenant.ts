import { S3Client } from '@aws-sdk/client-s3';
import { fromSessionBroker } from 'iam-session-broker-client';

export const clientOf = (signedInUser: { idToken(): Promise<string> }) =>
  new S3Client({
    credentials: fromSessionBroker({
      domain: { environment: 'production', product: 'shop', topLevelDomain: 'example.com' }, // or endpoint: 'https://…'
      region: 'eu-west-1',
      token: async () => signedInUser.idToken(), // or a string
    }),
  });
