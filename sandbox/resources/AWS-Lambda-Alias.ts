// AWS::Lambda::Alias, with its provisioned concurrency.
import { z } from 'zod';
import { ignored, number, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
  ProvisionedConcurrencyConfig: z.strictObject({ ProvisionedConcurrentExecutions: number }).optional(),
  Description: ignored('says nothing to the function'),
});

/** Ready only once its provisioned environments are: as CloudFormation waits for them. */
export const alias = resourceType(properties, async (given, { functions }) => {
  const { lambdaFunction } = functions.find(given.FunctionName);
  lambdaFunction.createAlias(given.Name, given.FunctionVersion);
  const { ProvisionedConcurrentExecutions: count } = given.ProvisionedConcurrencyConfig ?? {};
  if (count !== undefined) await lambdaFunction.provisionConcurrency(given.Name, count);
  const arn = `${lambdaFunction.arn}:${given.Name}`;
  return { ref: arn, attributes: { AliasArn: arn } };
});
