// A broker as one would write it first, and as the reference implementation is: everything fetched for every request.
//
// The reference (github.com/applicationdesignframework/iam-session-broker, service/api/app) makes its client of DynamoDB once,
// when it is imported; both its clients of STS, and the one of the JWK set, for every request; and asks one after the other.
import { get as httpsGet } from 'node:https';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { Handler } from './requests.ts';

interface Event {
  readonly routeKey: string;
  readonly queryStringParameters: { readonly jwt: string };
  readonly body: string;
  readonly requestContext: { readonly authorizer: { readonly iam: { readonly userArn: string } } };
}

const TableName = 'AccessMetadata';
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler: Handler = async (event) => {
  const { routeKey, requestContext, ...rest } = event as Event;
  const application = requestContext.authorizer.iam.userArn.split('/')[1] as string;
  const { Item: registration } = await documents.send(
    new GetCommand({ TableName, Key: { ApplicationName: application } }),
  );
  if (routeKey !== 'POST /applications')
    return issue(registration as Record<string, string>, rest.queryStringParameters.jwt);
  if (registration) return { statusCode: 400, body: 'the application is registered already' };
  const Item = { ...JSON.parse(rest.body), ApplicationName: application };
  await documents.send(new PutCommand({ TableName, Item }));
  return { statusCode: 201, body: '' };
};

async function issue(registration: Readonly<Record<string, string>>, token: string) {
  const service = await assume(new STSClient({}), {
    RoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
    RoleSessionName: 'IAMSessionBroker',
  });
  const keys = await fetchedFrom(registration['JWKSetURL'] as string);
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys));
  const tenant = payload[registration['JWTClaimName'] as string] as string;
  const credentials = await assume(new STSClient({ credentials: service }), {
    RoleArn: `arn:aws:iam::111122223333:role/${registration['AccessRoleName']}`,
    RoleSessionName: 'IAMSessionBroker',
    Tags: [{ Key: registration['SessionTagKey'], Value: tenant }],
  });
  return { statusCode: 200, body: JSON.stringify(credentials) };
}

async function assume(client: STSClient, input: ConstructorParameters<typeof AssumeRoleCommand>[0]) {
  const { Credentials } = await client.send(new AssumeRoleCommand(input));
  client.destroy();
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  };
}

/** By a connection of its own, as Python's urllib does; without the time that the first use of Node's `fetch` takes. */
function fetchedFrom(url: string) {
  return new Promise<Parameters<typeof createLocalJWKSet>[0]>((resolve, reject) => {
    const request = httpsGet(url, { agent: false }, (response) =>
      text(response).then((body) => resolve(JSON.parse(body)), reject),
    );
    request.on('error', reject);
  });
}
