// A broker as one would write it first, and as the reference implementation is: everything fetched for every request.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { Handler } from './requests.ts';

interface Event {
  readonly queryStringParameters: { readonly jwt: string };
  readonly requestContext: { readonly authorizer: { readonly iam: { readonly userArn: string } } };
}

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sts = new STSClient({});

export const handler: Handler = async (event) => {
  const { queryStringParameters, requestContext } = event as Event;
  const application = requestContext.authorizer.iam.userArn.split('/')[1] as string;
  const { Item: registration } = await documents.send(
    new GetCommand({ TableName: 'AccessMetadata', Key: { ApplicationName: application } }),
  );
  const keys = await (await fetch(registration?.['JWKSetURL'])).json();
  const { payload } = await jwtVerify(queryStringParameters.jwt, createLocalJWKSet(keys));
  const tenant = payload[registration?.['JWTClaimName']] as string;

  const service = await assume(sts, {
    RoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
    RoleSessionName: 'IAMSessionBroker',
  });
  const credentials = await assume(new STSClient({ credentials: service }), {
    RoleArn: `arn:aws:iam::111122223333:role/${registration?.['AccessRoleName']}`,
    RoleSessionName: tenant,
    Tags: [{ Key: registration?.['SessionTagKey'], Value: tenant }],
  });
  return { statusCode: 200, body: JSON.stringify(credentials) };
};

async function assume(client: STSClient, input: ConstructorParameters<typeof AssumeRoleCommand>[0]) {
  const { Credentials } = await client.send(new AssumeRoleCommand(input));
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  };
}
