// DynamoDB: dynalite behind the endpoint, with the permissions that it knows nothing of.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTable } from '../../sandbox/services/dynamodb/table.ts';
import { administrator, dynalite, served, useDynamoDb } from './fixtures/dynamodb-account.ts';

const accountId = '123456789012';
const tableArn = (name: string) => `arn:aws:dynamodb:eu-west-1:${accountId}:table/${name}`;

useDynamoDb(
  {
    TableName: 'Claims',
    KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'Name', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
  {
    TableName: 'Orders',
    KeySchema: [
      { AttributeName: 'Tenant', KeyType: 'HASH' },
      { AttributeName: 'Order', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'Tenant', AttributeType: 'S' },
      { AttributeName: 'Order', AttributeType: 'N' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  },
);

describe('items', () => {
  it('are put, updated, read, queried and deleted', async () => {
    const Key = { Tenant: { S: 'Green' }, Order: { N: '1' } };
    await administrator.send(
      new PutItemCommand({ TableName: 'Orders', Item: { ...Key, Amount: { N: '5' } } }),
    );
    await administrator.send(
      new UpdateItemCommand({
        TableName: 'Orders',
        Key,
        UpdateExpression: 'SET Amount = Amount + :more',
        ExpressionAttributeValues: { ':more': { N: '2' } },
      }),
    );
    const { Item } = await administrator.send(new GetItemCommand({ TableName: 'Orders', Key }));
    expect(Item).toEqual({ ...Key, Amount: { N: '7' } });
    const { Items } = await administrator.send(
      new QueryCommand({
        TableName: 'Orders',
        KeyConditionExpression: 'Tenant = :tenant',
        ExpressionAttributeValues: { ':tenant': { S: 'Green' } },
      }),
    );
    expect(Items).toHaveLength(1);
    await administrator.send(new DeleteItemCommand({ TableName: 'Orders', Key }));
    expect((await administrator.send(new ScanCommand({ TableName: 'Orders' }))).Items).toEqual([]);
  });

  it('are guarded by a condition', async () => {
    const put = () =>
      administrator.send(
        new PutItemCommand({
          TableName: 'Claims',
          Item: { Name: { S: 'once' } },
          ConditionExpression: 'attribute_not_exists(#name)',
          ExpressionAttributeNames: { '#name': 'Name' },
        }),
      );
    await put();
    await expect(put()).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });
});

describe('a write whose condition fails', () => {
  const Key = { Tenant: { S: 'Blue' }, Order: { N: '7' } };
  const Item = { ...Key, Amount: { N: '5' } };
  const condition = { TableName: 'Orders', ConditionExpression: 'Amount = Tenant' };
  const writes = {
    put: new PutItemCommand({ ...condition, Item: { ...Key, Other: { S: 'x' } } }),
    update: new UpdateItemCommand({ ...condition, Key, UpdateExpression: 'REMOVE Amount' }),
    delete: new DeleteItemCommand({ ...condition, Key }),
  };

  it.each(Object.entries(writes))('shows the item that stands in its way, if asked: %s', async (_, write) => {
    const failed = { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' };
    await administrator.send(new PutItemCommand({ TableName: 'Orders', Item }));
    const refused = (shown: 'ALL_OLD' | 'NONE' | undefined) => {
      write.input.ReturnValuesOnConditionCheckFailure = shown;
      return administrator.send(write as PutItemCommand).catch((error: unknown) => error);
    };
    expect(await refused('ALL_OLD')).toMatchObject({ ...failed, Item });
    for (const shown of ['NONE', undefined] as const) {
      const error = await refused(shown);
      expect(error).toMatchObject(failed);
      expect(error).not.toHaveProperty('Item.Amount');
    }
    await administrator.send(new DeleteItemCommand({ TableName: 'Orders', Key }));
    expect(await refused('ALL_OLD')).not.toHaveProperty('Item.Amount');
  });
});

describe('tables', () => {
  it('have ARNs of the account and region', async () => {
    const { Table } = await administrator.send(new DescribeTableCommand({ TableName: 'Claims' }));
    expect(Table?.TableArn).toBe(tableArn('Claims'));
    expect((await administrator.send(new ListTablesCommand({}))).TableNames).toEqual(['Claims', 'Orders']);
  });

  it('that do not exist are told as DynamoDB tells it', async () => {
    await expect(
      administrator.send(new GetItemCommand({ TableName: 'Missing', Key: { Name: { S: 'a' } } })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'Requested resource not found' });
  });

  it('are not created from a property that the sandbox does not know', async () => {
    const properties = { TableName: 'Streamed', KeySchema: [], AttributeDefinitions: [] };
    await expect(
      createTable(served.account, { ...properties, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }),
    ).rejects.toThrow('The sandbox does not know the property StreamSpecification of AWS::DynamoDB::Table.');
  });
});

describe('permissions', () => {
  it("are asked for on the table's ARN", async () => {
    const reader = new DynamoDBClient(
      served.allowed({ Action: 'dynamodb:GetItem', Resource: tableArn('Claims') }),
    );
    await reader.send(new GetItemCommand({ TableName: 'Claims', Key: { Name: { S: 'a' } } }));
    const denied = {
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::123456789012:assumed-role\/Role\d+\/test is not authorized to perform: dynamodb:\w+ on resource: arn:aws:dynamodb:eu-west-1:123456789012:table\/\w+ because no identity-based policy allows the dynamodb:\w+ action$/,
      ),
    };
    const Key = { Name: { S: 'a' } };
    await expect(reader.send(new DeleteItemCommand({ TableName: 'Claims', Key }))).rejects.toMatchObject(
      denied,
    );
    await expect(reader.send(new GetItemCommand({ TableName: 'Orders', Key }))).rejects.toMatchObject(denied);
    await expect(reader.send(new ScanCommand({ TableName: 'Claims' }))).rejects.toMatchObject(denied);
  });

  it('of a batch are asked for on each of its tables', async () => {
    const reader = new DynamoDBClient(
      served.allowed({ Action: 'dynamodb:BatchGetItem', Resource: tableArn('Claims') }),
    );
    const claims = { Keys: [{ Name: { S: 'a' } }] };
    const orders = { Keys: [{ Tenant: { S: 'Yellow' }, Order: { N: '1' } }] };
    await reader.send(new BatchGetItemCommand({ RequestItems: { Claims: claims } }));
    await expect(
      reader.send(new BatchGetItemCommand({ RequestItems: { Claims: claims, Orders: orders } })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/table\/Orders/) });
  });

  describe('on a leading key', () => {
    let yellow: DynamoDBClient;
    const order = (tenant: string) => ({ Tenant: { S: tenant }, Order: { N: '1' } });

    beforeAll(() => {
      yellow = new DynamoDBClient(
        served.allowed({
          Action: 'dynamodb:*',
          Resource: [tableArn('Orders'), tableArn('Claims')],
          // The condition denies, too, where the key cannot be told.
          Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['Yellow'] } },
        }),
      );
    });

    it.each<[string, (tenant: string) => Promise<unknown>]>([
      ['GetItem', (tenant) => yellow.send(new GetItemCommand({ TableName: 'Orders', Key: order(tenant) }))],
      [
        'GetItem of a simple key',
        (tenant) => yellow.send(new GetItemCommand({ TableName: 'Claims', Key: { Name: { S: tenant } } })),
      ],
      [
        'PutItem',
        (tenant) =>
          yellow.send(
            new PutItemCommand({ TableName: 'Orders', Item: { Extra: { S: 'Yellow' }, ...order(tenant) } }),
          ),
      ],
      [
        'UpdateItem',
        (tenant) => yellow.send(new UpdateItemCommand({ TableName: 'Orders', Key: order(tenant) })),
      ],
      [
        'DeleteItem',
        (tenant) => yellow.send(new DeleteItemCommand({ TableName: 'Orders', Key: order(tenant) })),
      ],
      [
        'BatchGetItem',
        (tenant) =>
          yellow.send(new BatchGetItemCommand({ RequestItems: { Orders: { Keys: [order(tenant)] } } })),
      ],
      [
        'BatchWriteItem',
        (tenant) =>
          yellow.send(
            new BatchWriteItemCommand({
              RequestItems: { Orders: [{ PutRequest: { Item: order(tenant) } }] },
            }),
          ),
      ],
      [
        'Query',
        (tenant) =>
          yellow.send(
            new QueryCommand({
              TableName: 'Orders',
              KeyConditionExpression: '#t = :t AND #o > :o',
              ExpressionAttributeNames: { '#t': 'Tenant', '#o': 'Order' },
              ExpressionAttributeValues: { ':t': { S: tenant }, ':o': { N: '0' } },
            }),
          ),
      ],
    ])('reach %s', async (_, send) => {
      await send('Yellow');
      await expect(send('Blue')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });

    it('deny a Scan, which has none', async () => {
      await expect(yellow.send(new ScanCommand({ TableName: 'Orders' }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    });
  });
});

it('refuses by name an operation that it lacks', async () => {
  const TransactItems = [{ Get: { TableName: 'Claims', Key: { Name: { S: 'a' } } } }];
  await expect(administrator.send(new TransactGetItemsCommand({ TransactItems }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'The sandbox does not have dynamodb TransactGetItems.',
  });
});

it('answers 500 while dynalite is stopped, and has its data when it is back', async () => {
  const Item = { Name: { S: 'kept' } };
  await administrator.send(new PutItemCommand({ TableName: 'Claims', Item }));
  await dynalite.stop();
  const read = () => administrator.send(new GetItemCommand({ TableName: 'Claims', Key: Item }));
  await expect(read()).rejects.toMatchObject({ name: 'InternalServerError' });
  await dynalite.start();
  expect((await read()).Item).toEqual(Item);
});
