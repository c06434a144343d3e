// AWS::Lambda::Permission: a statement of the resource policy of a function, version or alias.
import { z } from 'zod';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  /** A name, or an ARN; the qualifier at its end decides whose policy it is. */
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string().regex(/\./, 'the sandbox lets services only invoke a function'),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

export const permission = resourceType(properties, (given, { functions, physicalName }) => {
  const { lambdaFunction, qualifier } = functions.find(given.FunctionName);
  const statementId = physicalName(100);
  lambdaFunction.addPermission(qualifier, {
    statementId,
    action: given.Action,
    service: given.Principal,
    sourceArn: given.SourceArn,
    sourceAccount: given.SourceAccount,
  });
  return { ref: statementId, attributes: { Id: statementId } };
});
