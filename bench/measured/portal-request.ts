// Times the portal's list of targets for somebody who has signed in, beside the two reads of DynamoDB that it takes.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { answer, inputOf } from '../support/function-process.ts';
import { type RoundOptions, timeRounds } from '../support/rounds.ts';
import { context, loadHandler } from './requests.ts';

export interface PortalRequestInput extends RoundOptions {
  readonly bundlePath: string;
  readonly warmUps: number;
}

const { bundlePath, warmUps, ...options } = await inputOf<PortalRequestInput>();
const handler = await loadHandler(bundlePath);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const event = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { 'sec-fetch-site': 'none' },
  cookies: [`__Host-isb-session=${'a'.repeat(43)}`],
  requestContext: { requestId: 'request-1', http: { method: 'GET', path: '/' } },
  isBase64Encoded: false,
};

const list = async () => {
  const { statusCode, body } = await handler(event, context);
  if (statusCode !== 200 || !body.includes('href="/cloudadmin"')) throw new Error(`answered ${statusCode}`);
};
/** As the portal reads them: the second when the first has said who it is. */
const twoReads = async () => {
  const read = (TableName: string, Key: Record<string, string>) =>
    documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  await read('Sessions', { SessionHash: 'a' });
  await read('Users', { UserId: 'ada@example.com' });
};

for (let count = 0; count < warmUps; count += 1) {
  await list();
  await twoReads();
}
answer({ times: await timeRounds({ 'two reads': { run: twoReads }, list: { run: list } }, options) });
