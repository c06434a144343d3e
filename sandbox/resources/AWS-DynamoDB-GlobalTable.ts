// AWS::DynamoDB::GlobalTable: a table with one replica, in the stack's own region.
import { z } from 'zod';
import { createTable } from '../services/dynamodb/table.ts';
import { tableKeys } from './AWS-DynamoDB-Table.ts';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ...tableKeys,
  BillingMode: z.literal('PAY_PER_REQUEST', 'the sandbox has global tables on demand only'),
  Replicas: z.tuple(
    [
      z.strictObject({
        Region: z.string(),
        ContributorInsightsSpecification: ignored('nothing is metered'),
        DeletionProtectionEnabled: ignored('a table ends with its sandbox'),
        PointInTimeRecoverySpecification: ignored('a table ends with its sandbox'),
        TableClass: ignored('nothing is billed'),
        Tags: ignored('no policy of the sandbox looks at them'),
      }),
    ],
    'the sandbox has global tables with one replica only',
  ),
  SSESpecification: ignored('the table is kept in memory'),
  TimeToLiveSpecification: ignored('AWS, too, may keep an expired item for days'),
});

export const globalTable = resourceType(properties, async (given, { account, physicalName }) => {
  const { TableName = physicalName(), KeySchema, AttributeDefinitions, BillingMode } = given;
  const [{ Region }] = given.Replicas;
  if (Region !== account.region)
    throw new Error(`the sandbox has no region ${Region}, only ${account.region}`);
  const { tableName, tableArn } = await createTable(account, {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode,
  });
  return { ref: tableName, attributes: { Arn: tableArn } };
});
