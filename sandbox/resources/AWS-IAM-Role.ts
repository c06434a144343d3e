// AWS::IAM::Role
import { z } from 'zod';
import type { PolicyDocument } from '../identities.ts';
import { number, policyDocument, resourceType, tags } from './resource-type.ts';

const properties = z.strictObject({
  RoleName: z.string().optional(),
  Path: z.string().optional(),
  Description: z.string().optional(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: number.optional(),
  Tags: tags,
});

/** AWS's managed policies that the sandbox knows, with their content; any other fails the deployment. */
const managedPolicies: Readonly<Record<string, PolicyDocument>> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
};

export const role = resourceType(properties, (given, { account: { identities }, physicalName }) => {
  const inline = given.Policies.map((policy) => [policy.PolicyName, policy.PolicyDocument]);
  // Attached as if they were inline: they allow the same, and nothing here detaches them.
  const managed = given.ManagedPolicyArns.map((arn) => managedPolicy(arn));
  const created = identities.createRole({
    roleName: given.RoleName ?? physicalName(64),
    trustPolicy: given.AssumeRolePolicyDocument,
    inlinePolicies: Object.fromEntries([...inline, ...managed]),
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(given.Path !== undefined && { path: given.Path }),
    ...(given.Description !== undefined && { description: given.Description }),
    ...(given.MaxSessionDuration !== undefined && { maxSessionDurationSeconds: given.MaxSessionDuration }),
  });
  return { ref: created.roleName, attributes: { Arn: created.arn, RoleId: created.roleId } };
});

function managedPolicy(arn: string): [string, PolicyDocument] {
  const name = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const document = managedPolicies[name];
  if (!document) throw new Error(`the sandbox does not know the managed policy ${arn}`);
  return [name.replace(/^.*\//, ''), document];
}
