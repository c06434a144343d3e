// The roles that a portal's targets name, deployed in their accounts: in life each account's owner does that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { targetTemplate } from '../client/portal/target-template.ts';
import type { Account } from './account/account.ts';
import { openAccount } from './account/accounts.ts';
import { deployStack } from './deployment.ts';
import type { FunctionConfiguration } from './lambda/function-configuration.ts';
import { PORTAL_TARGETS_FILE, portalVariable } from './lambda/portal-variables.ts';
import type { Surroundings } from './resources/resource-type.ts';
import { policiesOf } from './target-permissions.ts';
import type { Template } from './templates/template.ts';

/** A target as the portal's function has it, so far as its role goes. */
interface Target {
  readonly service: string;
  readonly role: string;
  readonly duration: number;
  readonly mode: 'web-identity' | 'chained';
}

/** What is deployed, and the targets for which nothing is: their roles are of a partition that the sandbox has not. */
export interface TargetRoles {
  readonly services: readonly string[];
  readonly leftOut: readonly string[];
}

/** IAM lets a role's sessions last an hour at least. */
const LEAST_MAX_SESSION_SECONDS = 3_600;

/**
 * Deploys what `isb target-role` prints for each target of the portal, with permissions, into the account of its role. An account
 * that is not there is opened; a role that is there stays as it is.
 * @throws Error for a role that cannot be deployed, naming its stack
 */
export async function deployTargetRoles(
  portal: FunctionConfiguration,
  surroundings: Surroundings,
): Promise<TargetRoles> {
  const targets = targetsOf(portal);
  const leftOut: string[] = [];
  for (const [arn, ofRole] of byRole(targets)) {
    const place = placeOf(arn);
    if (!place) {
      leftOut.push(...ofRole.map(({ service }) => service));
      continue;
    }
    const { all } = surroundings.account;
    const account = all.get(place.accountId) ?? openAccount(surroundings.account, place.accountId);
    if (account.identities.findRole(arn)) continue;
    const stackName = `PortalTarget-${ofRole[0]?.service}`;
    const template = templateOf(ofRole, { ...place, portal, account });
    await deployStack({ stackName, template }, { ...surroundings, account });
  }
  const services = targets.map(({ service }) => service);
  return { services: services.filter((service) => !leftOut.includes(service)), leftOut };
}

/** None where the function is no portal of this project. */
function targetsOf({ taskRoot }: FunctionConfiguration): readonly Target[] {
  try {
    return JSON.parse(readFileSync(join(taskRoot, PORTAL_TARGETS_FILE), 'utf8')) as Target[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function byRole(targets: readonly Target[]): Map<string, readonly Target[]> {
  const groups = new Map<string, readonly Target[]>();
  for (const target of targets) groups.set(target.role, [...(groups.get(target.role) ?? []), target]);
  return groups;
}

function placeOf(roleArn: string) {
  const [, accountId, path = '/', roleName = ''] =
    /^arn:aws:iam::(\d{12}):role(\/(?:[^/]+\/)*)([^/]+)$/.exec(roleArn) ?? [];
  return accountId === undefined ? undefined : { accountId, path, roleName };
}

interface Place {
  readonly portal: FunctionConfiguration;
  readonly account: Account;
  readonly roleName: string;
  readonly path: string;
}

interface RoleTemplate extends Template {
  readonly Resources: { readonly Role: { readonly Type: string; Properties: RoleProperties } };
}

interface RoleProperties extends Record<string, unknown> {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly unknown[] };
}

/** A role that several targets name trusts the tokens of each. */
function templateOf(targets: readonly Target[], { portal, account, roleName, path }: Place): Template {
  const issuer = portal.variables[portalVariable.url]?.replace(/\/$/, '') ?? '';
  const providerArn = account.identities.oidcProviders.ofIssuer(issuer)?.arn;
  const maxSessionSeconds = Math.max(LEAST_MAX_SESSION_SECONDS, ...targets.map(({ duration }) => duration));
  const printed = targets.map(({ service, mode }) => {
    const trusted = mode === 'chained' ? { portalRole: portal.role.arn } : { issuer, providerArn };
    return targetTemplate({ service, roleName, maxSessionSeconds, managedPolicies: [], trusted });
  }) as unknown as RoleTemplate[];
  const role = (printed[0] as RoleTemplate).Resources.Role;
  const Statement = printed.flatMap(
    ({ Resources }) => Resources.Role.Properties.AssumeRolePolicyDocument.Statement,
  );
  role.Properties = {
    ...role.Properties,
    Path: path,
    AssumeRolePolicyDocument: { ...role.Properties.AssumeRolePolicyDocument, Statement },
    Policies: targets.flatMap(({ service }) => policiesOf(service)),
  };
  return {
    ...printed[0],
    Resources: Object.assign({}, ...printed.map(({ Resources }) => Resources), { Role: role }),
  };
}
