// Which stacks of a cloud assembly are deployed, and into which account and region.
import type { AssembledStack } from './cloud-assembly.ts';
import { isOfDataAccess } from './data-access-stacks.ts';

/**
 * The stacks of these names, or of an environment: those whose names end in `-ENVIRONMENT`, in any case, and with those of
 * S3 Access Grants and IAM Identity Center where these are asked for.
 */
export type Selection =
  | { readonly stacks: readonly string[] }
  | { readonly environment: string; readonly dataAccess?: boolean };

export interface Place {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/**
 * In the assembly's order, which is that of their dependencies.
 * Throws, naming what there is, for a stack or an environment that the assembly lacks.
 */
export function selectStacks(all: readonly AssembledStack[], selection: Selection): AssembledStack[] {
  if ('environment' in selection) {
    const { environment, dataAccess = false } = selection;
    return stacksOfEnvironment(all, environment).filter((stack) => dataAccess || !isOfDataAccess(stack));
  }
  const missing = selection.stacks.filter((name) => !all.some(({ stackName }) => stackName === name));
  if (missing.length > 0) throw new Error(`the cloud assembly has no stack ${missing.join(', ')}`);
  return all.filter(({ stackName }) => selection.stacks.includes(stackName));
}

function stacksOfEnvironment(all: readonly AssembledStack[], environment: string): AssembledStack[] {
  const selected = all.filter((stack) => environmentOf(stack) === environment.toLowerCase());
  if (selected.length > 0) return selected;
  const names = [...new Set(all.map(environmentOf))].join(', ');
  throw new Error(`there is no environment ${environment}; the cloud assembly has ${names || 'none'}`);
}

/** `production` of `IAMSessionBroker-Service-Production`. */
function environmentOf({ stackName }: AssembledStack): string {
  return stackName.slice(stackName.lastIndexOf('-') + 1).toLowerCase();
}

/** The account and the region that the stacks name; the defaults where they leave them open. */
export function placeOf(stacks: readonly AssembledStack[], defaults: Place): Place {
  const place = {
    accountId: theOnly('account', stacks, ({ accountId }) => accountId) ?? defaults.accountId,
    region: theOnly('region', stacks, ({ region }) => region) ?? defaults.region,
  };
  if (!/^(cn|us-gov|us-iso\w*|eu-isoe|eusc)-/.test(place.region)) return place;
  throw new Error(`the sandbox has the partition aws only, and ${place.region} is in another`);
}

function theOnly(
  what: string,
  stacks: readonly AssembledStack[],
  choose: (stack: AssembledStack) => string | undefined,
): string | undefined {
  const values = new Set(stacks.map(choose).filter((value) => value !== undefined));
  if (values.size > 1) {
    throw new Error(`the sandbox is one ${what}, and the stacks go to ${[...values].join(' and ')}`);
  }
  return [...values][0];
}
