// What a session says of its user: session tags that policies can go by, in the console too.
import { PortalError } from '../portal-errors.ts';
import { findValueProblem } from '../session-tag-value.ts';

export interface Tagged {
  /** RoleSessionName and source identity of the user. */
  readonly sessionName: string;
  /** The user's groups. */
  readonly groups: readonly string[];
  /** Those that may open the target. */
  readonly targetGroups: readonly string[];
  readonly tenant?: string | undefined;
}

/**
 * `User`, `Group` and, where the user has a tenant, the tag of the tenant.
 *
 * `Group` is the first of the target's that the user is in. One whose name AWS takes for no tag's value is left out, and what
 * asks for it denies. A tenant that is malformed is refused: without it a policy may mean no tenant, or all.
 *
 * @param tenantTagKey `TenantID`
 * @throws PortalError TenantNotAllowed
 */
export function sessionTagsOf(user: Tagged, tenantTagKey: string): Readonly<Record<string, string>> {
  const { sessionName, groups, targetGroups, tenant } = user;
  const group = targetGroups.find((name) => groups.includes(name));
  if (tenant !== undefined && findValueProblem(tenant, 'Strict') !== undefined)
    throw new PortalError(
      'TenantNotAllowed',
      'the tenant that your identity provider sent cannot be a session tag',
    );
  return {
    User: sessionName,
    ...(group !== undefined && findValueProblem(group, 'Any') === undefined && { Group: group }),
    ...(tenant !== undefined && { [tenantTagKey]: tenant }),
  };
}
