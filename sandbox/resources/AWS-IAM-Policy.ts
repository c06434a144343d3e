// AWS::IAM::Policy: an inline policy, given to every role it names.
import { z } from 'zod';
import type { Identities } from '../identities/identities.ts';
import { policyDocument, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
  Users: z.array(z.string()).default([]),
});

type Given = z.infer<typeof properties>;

export const policy = resourceType(
  properties,
  (given, { account: { identities }, physicalName }) => {
    put(given, identities);
    return { ref: physicalName(128), attributes: {} };
  },
  {
    update(given, { ref, properties: previous }, { account: { identities } }) {
      const isLeft = (kept: readonly string[]) => (name: string) =>
        given.PolicyName !== previous.PolicyName || !kept.includes(name);
      take(
        {
          ...previous,
          Roles: previous.Roles.filter(isLeft(given.Roles)),
          Users: previous.Users.filter(isLeft(given.Users)),
        },
        identities,
      );
      put(given, identities);
      return { ref, attributes: {} };
    },
    delete: ({ properties: given }, { account: { identities } }) => take(given, identities),
  },
);

function put({ PolicyName, PolicyDocument, Roles, Users }: Given, identities: Identities): void {
  for (const roleName of Roles) identities.putRolePolicy(roleName, PolicyName, PolicyDocument);
  for (const userName of Users) identities.putUserPolicy(userName, PolicyName, PolicyDocument);
}

function take({ PolicyName, Roles, Users }: Given, identities: Identities): void {
  for (const roleName of Roles) identities.roles.get(roleName)?.inlinePolicies.delete(PolicyName);
  for (const userName of Users) identities.users.get(userName)?.inlinePolicies.delete(PolicyName);
}
