// A resource of a stack, as CloudFormation shows it; whose metadata and drift nobody keeps.
import type { Stack, StackResource } from '../../account/account.ts';
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireText } from '../../constraints.ts';

/** What all three operations show of it. */
export function shownResource({ logicalId, physicalId, type }: StackResource): Record<string, unknown> {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: 'CREATE_COMPLETE',
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

/** Whose it is. */
export function shownStack({ stackId, stackName }: Stack): Record<string, unknown> {
  return { StackId: stackId, StackName: stackName };
}

/** The resource of `LogicalResourceId`. @throws AwsError ValidationError */
export function namedResource(stack: Stack, { input }: OperationCall): StackResource {
  const logicalId = requireText('logicalResourceId', input['LogicalResourceId']);
  const found = stack.resources.find((resource) => resource.logicalId === logicalId);
  if (found) return found;
  throw new AwsError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.stackName}`);
}
