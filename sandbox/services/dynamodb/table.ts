// Tables: their ARNs, their partition keys, and their creation from CloudFormation's properties.
import type { Account } from '../../account/account.ts';
import { AwsError } from '../../aws-error.ts';
import { forward } from './forward.ts';

/** The properties of AWS::DynamoDB::Table that a table here has. */
export interface TableProperties {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly BillingMode?: string;
  readonly ProvisionedThroughput?: unknown;
  readonly GlobalSecondaryIndexes?: unknown;
  readonly LocalSecondaryIndexes?: unknown;
  readonly [property: string]: unknown;
}

const CREATED = [
  ...['TableName', 'KeySchema', 'AttributeDefinitions', 'BillingMode', 'ProvisionedThroughput'],
  ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
];
/** They change nothing that an application sees: an item past its time to live may stay for days in AWS, too. */
const WITHOUT_EFFECT = new Set([
  ...['ContributorInsightsSpecification', 'DeletionProtectionEnabled', 'PointInTimeRecoverySpecification'],
  ...['SSESpecification', 'TableClass', 'Tags', 'TimeToLiveSpecification'],
]);

/**
 * Creates a table and waits until it is active.
 * @throws AwsError as DynamoDB words it
 * @throws Error that names a property which the sandbox does not know
 */
export async function createTable(
  account: Account,
  properties: TableProperties,
): Promise<{ tableName: string; tableArn: string }> {
  for (const property of Object.keys(properties)) {
    if (CREATED.includes(property) || WITHOUT_EFFECT.has(property)) continue;
    throw new Error(`The sandbox does not know the property ${property} of AWS::DynamoDB::Table.`);
  }
  const input = Object.fromEntries(Object.entries(properties).filter(([name]) => CREATED.includes(name)));
  await forward(account, 'CreateTable', input);
  while ((await describe(account, properties.TableName)).TableStatus !== 'ACTIVE');
  return { tableName: properties.TableName, tableArn: tableArn(account, properties.TableName) };
}

/** Also of a name that is an ARN already. */
export function tableArn(account: Account, tableName: unknown): string {
  const name = String(tableName ?? '');
  if (name.startsWith('arn:')) return name;
  return `arn:${account.partition}:dynamodb:${account.region}:${account.accountId}:table/${name}`;
}

/** The name of the table's partition key; `undefined` where there is no such table. */
export async function partitionKey(account: Account, tableName: unknown): Promise<string | undefined> {
  try {
    const { KeySchema } = await describe(account, tableName);
    return KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** The names of the table's key attributes. @throws AwsError ResourceNotFoundException */
export async function keyNames(account: Account, tableName: unknown): Promise<string[]> {
  return (await describe(account, tableName)).KeySchema.map(({ AttributeName }) => AttributeName);
}

interface TableDescription {
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

async function describe(account: Account, tableName: unknown): Promise<TableDescription> {
  const output = await forward(account, 'DescribeTable', { TableName: tableName });
  return (output as { Table: TableDescription }).Table;
}
