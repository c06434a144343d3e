// TransactWriteItems: all the actions or none, the reason for each, once a token, and the permission that each needs.
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { administrator, served, useDynamoDb } from './fixtures/dynamodb-account.ts';

const TableName = 'Claims';
const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Claims';
const key = (name: string) => ({ Name: { S: name } });
const absent = {
  ConditionExpression: 'attribute_not_exists(#name)',
  ExpressionAttributeNames: { '#name': 'Name' },
};
const put = (name: string, further = {}) => ({ Put: { TableName, Item: key(name), ...further } });

type Actions = TransactWriteItemsCommandInput['TransactItems'];

useDynamoDb({
  TableName,
  KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'Name', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
});

const write = (TransactItems: Actions, further = {}) =>
  administrator.send(new TransactWriteItemsCommand({ TransactItems, ...further }));
const read = async (name: string) =>
  (await administrator.send(new GetItemCommand({ TableName, Key: key(name), ConsistentRead: true }))).Item;

describe('a transaction', () => {
  it('puts, updates and deletes at once, where every condition holds', async () => {
    await write([
      put('kept'),
      put('gone'),
      put('changed', { Item: { ...key('changed'), Amount: { N: '1' } } }),
    ]);
    await write([
      {
        ConditionCheck: {
          TableName,
          Key: key('kept'),
          ConditionExpression: 'attribute_exists(Amount) OR attribute_exists(#name)',
          ExpressionAttributeNames: { '#name': 'Name' },
        },
      },
      { Delete: { TableName, Key: key('gone'), ConditionExpression: 'attribute_not_exists(Amount)' } },
      {
        Update: {
          TableName,
          Key: key('changed'),
          UpdateExpression: 'SET #count = #count + :one',
          ConditionExpression: '#count = :was',
          ExpressionAttributeNames: { '#count': 'Amount' },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':was': { N: '1' } },
        },
      },
      put('new', absent),
    ]);

    expect(await read('kept')).toEqual(key('kept'));
    expect(await read('gone')).toBeUndefined();
    expect(await read('changed')).toEqual({ ...key('changed'), Amount: { N: '2' } });
    expect(await read('new')).toEqual(key('new'));
  });

  it('changes nothing where one condition fails, and tells of each action why', async () => {
    await write([put('there', { Item: { ...key('there'), Owner: { S: 'Yellow' } } })]);
    const asked = { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    const refused = await write([put('other', absent), put('there', asked), put('third')]).catch(
      (error: unknown) => error,
    );

    expect(refused).toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...key('there'), Owner: { S: 'Yellow' } },
        },
        { Code: 'None' },
      ],
    });
    expect(await read('other')).toBeUndefined();
    expect(await read('third')).toBeUndefined();
  });

  it('leaves no trace of an action that cannot be carried out after the others', async () => {
    const Update = {
      TableName,
      Key: key('nowhere'),
      UpdateExpression: 'SET #count = #count + :one',
      ExpressionAttributeNames: { '#count': 'Amount' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    await expect(write([put('early'), { Update }])).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await read('early')).toBeUndefined();
  });

  it('is carried out once, however often it is sent with its token', async () => {
    const token = { ClientRequestToken: 'once' };
    await write([put('tokened', absent)], token);
    await write([put('tokened', absent)], token);
    await expect(write([put('another', absent)], token)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await expect(write([put('tokened', absent)])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });
  });

  it('is seen whole by whatever runs beside it', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `whole-${index}`);
    const transactions = names.map(() =>
      write(names.map((name) => put(name, absent))).catch(() => undefined),
    );
    const counts = await Promise.all(
      names.map(async () => {
        const { Items = [] } = await administrator.send(new ScanCommand({ TableName, ConsistentRead: true }));
        return Items.filter(({ Name }) => Name?.S?.startsWith('whole-')).length;
      }),
    );
    await Promise.all(transactions);

    for (const count of counts) expect([0, names.length]).toContain(count);
  });

  it.each<[string, Actions, string]>([
    ['of nothing', [], 'ValidationException'],
    ['of two actions in one', [{ ...put('a'), Delete: { TableName, Key: key('b') } }], 'ValidationException'],
    ['of two actions on one item', [put('a'), put('a')], 'ValidationException'],
    [
      'on a table that is not there',
      [{ Put: { TableName: 'Missing', Item: key('a') } }],
      'ResourceNotFoundException',
    ],
  ])('%s is refused', async (_, actions, name) => {
    await expect(write(actions)).rejects.toMatchObject({ name });
  });

  it('that is to count its capacity is refused by name', async () => {
    await expect(write([put('a')], { ReturnConsumedCapacity: 'TOTAL' })).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The sandbox does not have ReturnConsumedCapacity of dynamodb TransactWriteItems.',
    });
  });
});

describe('the permissions of a transaction', () => {
  const check = {
    ConditionCheck: { TableName, Key: key('a'), ConditionExpression: 'attribute_not_exists(Amount)' },
  };
  const actions: [string, NonNullable<Actions>[number]][] = [
    ['PutItem', put('a')],
    ['DeleteItem', { Delete: { TableName, Key: key('a') } }],
    ['UpdateItem', { Update: { TableName, Key: key('a'), UpdateExpression: 'REMOVE Amount' } }],
    ['ConditionCheckItem', check],
  ];

  it.each(actions)('are dynamodb:%s for that action, and no other', async (operation, action) => {
    const clientOf = (allowed: readonly string[]) =>
      new DynamoDBClient(
        served.allowed({ Action: allowed.map((name) => `dynamodb:${name}`), Resource: tableArn }),
      );
    const send = (client: DynamoDBClient) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: [action] }));

    await send(clientOf([operation]));
    const others = actions.map(([name]) => name).filter((name) => name !== operation);
    await expect(send(clientOf(['TransactWriteItems', ...others]))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:${operation}`),
    });
  });

  it('are held against the leading key of every action', async () => {
    const yellow = new DynamoDBClient(
      served.allowed({
        Action: 'dynamodb:*',
        Resource: tableArn,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['Yellow'] } },
      }),
    );
    const send = (...names: string[]) =>
      yellow.send(new TransactWriteItemsCommand({ TransactItems: names.map((name) => put(name)) }));

    await send('Yellow');
    await expect(send('Yellow', 'Blue')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

it('carries on with single writes behind a transaction', async () => {
  const put1 = administrator.send(new PutItemCommand({ TableName, Item: key('single') }));
  await Promise.all([write([put('behind')]), put1]);
  expect(await read('single')).toEqual(key('single'));
});
