// AWS::DynamoDB::Table
import { z } from 'zod';
import { createTable, type TableProperties } from '../services/dynamodb/table.ts';
import { resourceType } from './resource-type.ts';

/** What both types of table have in common, as DynamoDB's own CreateTable takes it. */
export const tableKeys = {
  TableName: z.string().optional(),
  KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() })),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
};

/** The table itself refuses the properties that it does not know. */
const properties = z.object(tableKeys).catchall(z.unknown());

export const table = resourceType(properties, async (given, { account, physicalName }) => {
  const TableName = given.TableName ?? physicalName();
  const { tableName, tableArn } = await createTable(account, { ...given, TableName } as TableProperties);
  return { ref: tableName, attributes: { Arn: tableArn } };
});
