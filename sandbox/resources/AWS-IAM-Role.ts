// AWS::IAM::Role
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { PolicyDocument, Role } from '../identities/identities.ts';
import { managedPolicy, permissionsBoundary } from '../identities/managed-policies.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { number, policyDocument, type ResourceContext, resourceType, tags } from './resource-type.ts';

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

type Given = z.infer<typeof properties>;

export const role = resourceType(properties, create, {
  update(given, { ref, properties: previous }, context) {
    const { identities } = context.account;
    // Another name, or path, is another role.
    if (given.RoleName !== previous.RoleName || given.Path !== previous.Path) return create(given, context);
    const changed = ['MaxSessionDuration', 'PermissionsBoundary', 'Tags', 'Description'] as const;
    for (const name of changed) {
      if (isDeepStrictEqual(given[name], previous[name])) continue;
      throw new Error(`the sandbox does not change ${name} of a role`);
    }
    identities.updateTrustPolicy(ref, given.AssumeRolePolicyDocument);
    for (const name of Object.keys(policiesOf(previous))) identities.deleteRolePolicy(ref, name);
    for (const [name, document] of Object.entries(policiesOf(given))) {
      identities.putRolePolicy(ref, name, document);
    }
    return createdOf(identities.role(ref));
  },
  delete({ ref, properties: given }, { account: { identities } }) {
    for (const name of Object.keys(policiesOf(given))) identities.deleteRolePolicy(ref, name);
    identities.deleteRole(ref);
  },
});

function create(given: Given, { account: { identities }, physicalName }: ResourceContext): CreatedResource {
  const created = identities.createRole({
    roleName: given.RoleName ?? physicalName(64),
    trustPolicy: given.AssumeRolePolicyDocument,
    inlinePolicies: policiesOf(given),
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(given.PermissionsBoundary !== undefined && {
      permissionsBoundary: permissionsBoundary(given.PermissionsBoundary),
    }),
    ...(given.Path !== undefined && { path: given.Path }),
    ...(given.Description !== undefined && { description: given.Description }),
    ...(given.MaxSessionDuration !== undefined && { maxSessionDurationSeconds: given.MaxSessionDuration }),
  });
  return createdOf(created);
}

function policiesOf({ Policies, ManagedPolicyArns }: Given): Record<string, PolicyDocument> {
  const inline = Policies.map((policy) => [policy.PolicyName, policy.PolicyDocument]);
  // Attached as if they were inline: they allow the same.
  const managed = ManagedPolicyArns.map(managedPolicy).map(({ name, document }) => [name, document]);
  return Object.fromEntries([...inline, ...managed]);
}

function createdOf({ roleName, arn, roleId }: Role): CreatedResource {
  return { ref: roleName, attributes: { Arn: arn, RoleId: roleId } };
}
