// An account with a stack's roles in it, and the evaluator's questions about them.
import { authorizeAssumeRole } from '../../../sandbox/authorization/assume-role.ts';
import type { Caller, PolicyDocument, Role } from '../../../sandbox/identities/identities.ts';
import { bareAccount } from '../fixtures/bare-account.ts';
import type { RolePermissions, StackPermissions } from './stack-permissions.ts';

/** May assume whatever trusts the account. */
export const anyRole: RolePermissions = {
  roleName: 'Anybody',
  trustPolicy: allow({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  policies: [allow({ Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' })],
  managedPolicyArns: [],
};

export type World = ReturnType<typeof createWorld>;

/** An account with the roles of the stack, and the evaluator's questions about them. */
export function createWorld({ accountId, region, functionRole, serviceRole }: StackPermissions) {
  const account = bareAccount({ accountId, region });
  const { identities } = account;
  const create = ({ roleName, trustPolicy, policies }: RolePermissions) =>
    identities.createRole({
      roleName,
      trustPolicy,
      inlinePolicies: Object.fromEntries(policies.map((policy, index) => [`policy${index}`, policy])),
    });
  // In this order: a trust policy keeps the unique id of a role that exists.
  for (const role of [anyRole, functionRole, serviceRole]) create(role);
  const role = ({ roleName }: RolePermissions): Role => identities.role(roleName);
  const sessionOf = (permissions: RolePermissions): Caller => {
    const issued = identities.issueSession(role(permissions), { sessionName: 'test', durationSeconds: 900 });
    return identities.findAccessKey(issued.accessKeyId)?.caller as Caller;
  };
  return {
    account,
    role,
    sessionOf,
    /** An application's access role, whose trust policy names this principal of the account. */
    accessRole: (principal: string, furtherActions: readonly string[] = []): Role =>
      identities.createRole({
        roleName: 'AppAccess',
        trustPolicy: allow({
          Principal: { AWS: `arn:aws:iam::${accountId}:${principal}` },
          Action: ['sts:AssumeRole', 'sts:TagSession', ...furtherActions],
        }),
      }),
    assumes: (
      by: RolePermissions,
      role: Role,
      tags: Record<string, string> = {},
      sourceIdentity?: string,
    ): boolean =>
      authorizeAssumeRole(account, sessionOf(by), {
        role,
        sessionName: 'test',
        tags: new Map(Object.entries(tags)),
        sourceIdentity,
      }).allowed,
  };
}

function allow(statement: object): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
}
