// The roles that the probe's setup has created in a sandbox.
import type { Sandbox } from '../../../sandbox/sandbox.ts';

export function probeRolesOf({ account }: Sandbox): string[] {
  return [...account.identities.roles.keys()].filter((name) => name.includes('Probe'));
}

export function deleteWithPolicies({ account: { identities } }: Sandbox, roleName: string): void {
  for (const policy of [...identities.role(roleName).inlinePolicies.keys()]) {
    identities.deleteRolePolicy(roleName, policy);
  }
  identities.deleteRole(roleName);
}
