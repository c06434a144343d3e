// TransactWriteItems: each action needs the permission that it needs by itself.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { forward, type Item } from './forward.ts';
import { leadingKeysContext } from './leading-keys.ts';
import { tableArn } from './table.ts';

type Action = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
export function authorizeTransaction({ account, input }: OperationCall): Promise<AuthorizationRequest[]> {
  const items: unknown[] = Array.isArray(input['TransactItems']) ? input['TransactItems'] : [];
  const actions = items.flatMap((item) => Object.entries((item ?? {}) as Record<string, Action>));
  return Promise.all(
    actions.map(async ([kind, { TableName, Key, Item }]) => ({
      action: `dynamodb:${kind}Item`,
      resource: tableArn(account, TableName),
      context: await leadingKeysContext(account, TableName, [(Key ?? Item) as Item | undefined]),
    })),
  );
}

/** @throws AwsError TransactionCanceledException; NotImplemented for what the sandbox does not count */
export function transact({ account, input }: OperationCall): Promise<unknown> {
  for (const field of ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics']) {
    if ((input[field] ?? 'NONE') === 'NONE') continue;
    throw new AwsError(
      'NotImplemented',
      `The sandbox does not have ${field} of dynamodb TransactWriteItems.`,
      501,
    );
  }
  return forward(account, 'TransactWriteItems', input);
}
