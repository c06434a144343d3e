// What the stack of S3 Access Grants tells whoever deployed it. Each is in the list of docs/data-access.md.
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Buckets } from './buckets.ts';
import type { DepartmentRoles } from './department-roles.ts';
import type { Instance } from './instance.ts';
import type { LocationRole } from './location-role.ts';

export interface Parts {
  readonly instance: Instance;
  readonly buckets: Buckets;
  readonly role: LocationRole;
  readonly roles: DepartmentRoles;
}

export function addOutputs(stack: Stack, { instance, buckets, role, roles }: Parts): void {
  const output = (id: string, description: string, value: string) =>
    new CfnOutput(stack, id, { description, value });
  output('AccessGrantsAccountID', 'The account whose instance is asked for data', stack.account);
  output('AccessGrantsInstanceARN', 'The instance, which whoever asks must be allowed to ask', instance.arn);
  output('LocationRoleARN', 'The role by which S3 Access Grants reaches the data', role.role.roleArn);
  if (buckets.names.length > 0)
    output('BucketNames', 'The buckets whose data is handed out', buckets.names.join(','));
  if (roles.arns.length > 0)
    output('RoleARNs', 'The roles that the stack made, and that grants may name', roles.arns.join(','));
}
