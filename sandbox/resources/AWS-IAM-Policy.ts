// AWS::IAM::Policy: an inline policy, given to every role it names.
import { z } from 'zod';
import { policyDocument, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
  Users: z.array(z.string()).default([]),
});

export const policy = resourceType(properties, (given, { account: { identities }, physicalName }) => {
  for (const roleName of given.Roles) {
    identities.putRolePolicy(roleName, given.PolicyName, given.PolicyDocument);
  }
  for (const userName of given.Users) {
    identities.putUserPolicy(userName, given.PolicyName, given.PolicyDocument);
  }
  return { ref: physicalName(128), attributes: {} };
});
