// Conditional writes: dynalite does not answer with the item that a failed condition was held against.
import type { Account } from '../../account/account.ts';
import { AwsError } from '../../aws-error.ts';
import { forward, type Item } from './forward.ts';
import { keyNames } from './table.ts';

/**
 * `ReturnValuesOnConditionCheckFailure: ALL_OLD`: the item is read after the write has failed, so that it can be a newer
 * one than the condition was held against; DynamoDB answers with that very one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export async function writeConditionally(
  account: Account,
  operation: string,
  input: Record<string, unknown>,
  field: 'Key' | 'Item',
): Promise<unknown> {
  const { ReturnValuesOnConditionCheckFailure: wanted, ...write } = input;
  try {
    return await forward(account, operation, write);
  } catch (error) {
    const isFailedCheck = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
    if (!isFailedCheck || wanted !== 'ALL_OLD') throw error;
    const { Item: found } = (await forward(account, 'GetItem', {
      TableName: input['TableName'],
      Key: await keyOf(account, input['TableName'], input[field] as Item),
      ConsistentRead: true,
    })) as { Item?: Item };
    throw found
      ? new AwsError(error.code, error.message, error.statusCode, undefined, { Item: found })
      : error;
  }
}

async function keyOf(account: Account, tableName: unknown, item: Item): Promise<Item> {
  const names = await keyNames(account, tableName);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}
