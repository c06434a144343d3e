// dynamodb:LeadingKeys, the condition key with the partition key values that a request touches.
import type { Account } from '../../account/account.ts';
import type { Item } from './forward.ts';
import { partitionKey } from './table.ts';

/**
 * The condition key for a request on items of one table, where the values can be told; else nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export async function leadingKeysContext(
  account: Account,
  tableName: unknown,
  items: readonly (Item | undefined)[],
): Promise<Record<string, string[]>> {
  if (items.length === 0) return {};
  // A key of one attribute is the partition key; only where there are more the table has to be asked.
  const single = items.every((item) => item && Object.keys(item).length === 1);
  const name = single ? undefined : await partitionKey(account, tableName);
  const values = items.map((item) => {
    const attribute = single ? Object.values(item ?? {})[0] : item?.[name ?? ''];
    return attribute?.['S'] ?? attribute?.['N'] ?? attribute?.['B'];
  });
  return values.every((value) => typeof value === 'string')
    ? { 'dynamodb:LeadingKeys': [...new Set(values as string[])] }
    : {};
}

/**
 * The partition key that a query's condition fixes, as an item of that one attribute: told only where the
 * condition is one equality, or names the partition key outright.
 */
export async function queriedKey(
  account: Account,
  input: Record<string, unknown>,
): Promise<Item | undefined> {
  const names = (input['ExpressionAttributeNames'] ?? {}) as Record<string, string>;
  const values = (input['ExpressionAttributeValues'] ?? {}) as Item;
  const equalities = [...String(input['KeyConditionExpression'] ?? '').matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)];
  if (equalities.length === 0) return undefined;
  const name = await partitionKey(account, input['TableName']);
  for (const [, attribute = '', placeholder = ''] of equalities) {
    const value = values[placeholder];
    if (name !== undefined && (names[attribute] ?? attribute) === name && value) return { [name]: value };
  }
  return undefined;
}
