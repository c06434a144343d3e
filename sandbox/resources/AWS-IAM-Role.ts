// AWS::IAM::Role
import { z } from 'zod';
import { managedPolicy, permissionsBoundary } from '../identities/managed-policies.ts';
import { number, policyDocument, resourceType, tags } from './resource-type.ts';

const properties = z.strictObject({
  RoleName: z.string().optional(),
  Path: z.string().optional(),
  Description: z.string().optional(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: number.optional(),
  PermissionsBoundary: z.string().optional(),
  Tags: tags,
});

export const role = resourceType(properties, (given, { account: { identities }, physicalName }) => {
  const inline = given.Policies.map((policy) => [policy.PolicyName, policy.PolicyDocument]);
  // Attached as if they were inline: they allow the same, and nothing here detaches them.
  const managed = given.ManagedPolicyArns.map(managedPolicy).map(({ name, document }) => [name, document]);
  const created = identities.createRole({
    roleName: given.RoleName ?? physicalName(64),
    trustPolicy: given.AssumeRolePolicyDocument,
    inlinePolicies: Object.fromEntries([...inline, ...managed]),
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(given.PermissionsBoundary !== undefined && {
      permissionsBoundary: permissionsBoundary(given.PermissionsBoundary),
    }),
    ...(given.Path !== undefined && { path: given.Path }),
    ...(given.Description !== undefined && { description: given.Description }),
    ...(given.MaxSessionDuration !== undefined && { maxSessionDurationSeconds: given.MaxSessionDuration }),
  });
  return { ref: created.roleName, attributes: { Arn: created.arn, RoleId: created.roleId } };
});
