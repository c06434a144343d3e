// Amazon DynamoDB, authorized here and run by dynalite: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
import type { AuthorizationRequest, Operation, OperationCall } from '../../account/operation.ts';
import type { Service } from '../../account/service.ts';
import { writeConditionally } from './conditional-write.ts';
import { forward, type Item } from './forward.ts';
import { leadingKeysContext, queriedKey } from './leading-keys.ts';
import { tableArn } from './table.ts';
import { authorizeTransaction, transact } from './transact-write-items.ts';

type Authorize = NonNullable<Operation['authorize']>;

export const dynamodb: Service = {
  name: 'dynamodb',
  protocol: 'json',
  targetPrefix: 'DynamoDB_20120810',
  jsonVersion: '1.0',
  operations: {
    BatchGetItem: forwarded('BatchGetItem', onBatch('BatchGetItem', keysOfBatchGet)),
    BatchWriteItem: forwarded('BatchWriteItem', onBatch('BatchWriteItem', keysOfBatchWrite)),
    CreateTable: forwardedTable('CreateTable'),
    DeleteItem: conditional('DeleteItem', 'Key'),
    DeleteTable: forwardedTable('DeleteTable'),
    DescribeTable: forwardedTable('DescribeTable'),
    GetItem: forwarded('GetItem', onItem('GetItem', 'Key')),
    ListTables: forwarded('ListTables', () => ({ action: 'dynamodb:ListTables', resource: '*' })),
    PutItem: conditional('PutItem', 'Item'),
    Query: forwarded('Query', authorizeQuery),
    Scan: forwarded('Scan', ({ account, input }) => ({
      action: 'dynamodb:Scan',
      resource: tableOrIndexArn({ account, input }),
    })),
    TransactWriteItems: { authorize: authorizeTransaction, run: transact },
    UpdateItem: conditional('UpdateItem', 'Key'),
    UpdateTable: forwardedTable('UpdateTable'),
  },
};

function forwarded(operation: string, authorize: Authorize): Operation {
  return { authorize, run: ({ account, input }) => forward(account, operation, input) };
}

/** A write of one item, which may ask for what is there where its condition fails. */
function conditional(operation: string, field: 'Key' | 'Item'): Operation {
  return {
    authorize: onItem(operation, field),
    run: ({ account, input }) => writeConditionally(account, operation, input, field),
  };
}

/** An operation on a table, whose description has dynalite's account and region in its ARNs. */
function forwardedTable(operation: string): Operation {
  return {
    authorize: ({ account, input }) => ({
      action: `dynamodb:${operation}`,
      resource: tableArn(account, input['TableName']),
    }),
    async run({ account, input }) {
      const output = JSON.stringify(await forward(account, operation, input));
      return JSON.parse(output.replace(/arn:aws:dynamodb:[^:"]*:\d*:table\//g, tableArn(account, '')));
    },
  };
}

function onItem(operation: string, field: 'Key' | 'Item'): Authorize {
  return async ({ account, input }) => ({
    action: `dynamodb:${operation}`,
    resource: tableArn(account, input['TableName']),
    context: await leadingKeysContext(account, input['TableName'], [input[field] as Item | undefined]),
  });
}

/** A batch needs the permission on every table it names. */
function onBatch(operation: string, keysOf: (requests: unknown) => (Item | undefined)[]): Authorize {
  return async ({ account, input }) => {
    const tables = Object.entries((input['RequestItems'] ?? {}) as Record<string, unknown>);
    return Promise.all(
      tables.map(
        async ([tableName, requests]): Promise<AuthorizationRequest> => ({
          action: `dynamodb:${operation}`,
          resource: tableArn(account, tableName),
          context: await leadingKeysContext(account, tableName, keysOf(requests)),
        }),
      ),
    );
  };
}

function keysOfBatchGet(requests: unknown): (Item | undefined)[] {
  return (requests as { Keys?: Item[] } | null)?.Keys ?? [];
}

function keysOfBatchWrite(requests: unknown): (Item | undefined)[] {
  const writes: { PutRequest?: { Item?: Item }; DeleteRequest?: { Key?: Item } }[] = Array.isArray(requests)
    ? requests
    : [];
  return writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
}

async function authorizeQuery({ account, input }: OperationCall): Promise<AuthorizationRequest> {
  const key = input['IndexName'] === undefined ? await queriedKey(account, input) : undefined;
  return {
    action: 'dynamodb:Query',
    resource: tableOrIndexArn({ account, input }),
    context: await leadingKeysContext(account, input['TableName'], key ? [key] : []),
  };
}

function tableOrIndexArn({ account, input }: Pick<OperationCall, 'account' | 'input'>): string {
  const table = tableArn(account, input['TableName']);
  return input['IndexName'] === undefined ? table : `${table}/index/${input['IndexName']}`;
}
