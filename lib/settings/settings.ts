// The deployment's settings, read from the CDK context in cdk.json: complete and consistent, or synthesis fails.
import type { Node } from 'constructs';
import type { z } from 'zod';
import { contradictionsIn } from './contradictions.ts';
import { type EnvironmentSettings, environmentSettings } from './environment.ts';
import { type Path, shownAt } from './problem.ts';
import { serviceDomainName } from './service-domain-name.ts';

/** One environment's settings, every default filled in. */
export interface Settings extends Omit<EnvironmentSettings, 'domain'> {
  /** Suffix of the stacks' names, `Sandbox`. */
  readonly environmentName: string;
  /** Whether what cannot be made again is kept when its stack goes: everywhere but in the sandbox. */
  readonly isRetained: boolean;
  /** Whether a new version gets a tenth of the requests first: everywhere but in the sandbox. */
  readonly isDeployedGradually: boolean;
  /** No less than `provisionedConcurrency`; equal to it, nothing scales. */
  readonly maxProvisionedConcurrency: number;
  readonly domain?: DomainSettings;
}

export interface DomainSettings {
  /** The service's whole DNS name, see service-domain-name.ts. */
  readonly name: string;
  /** At least one of the two is there. */
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
}

const environmentName = /^[a-z][a-z0-9]{0,30}$/;

/** Reads context key `environments`: name → settings. Throws at synthesis, naming the setting, its value and its bound. */
export function readSettings(node: Node): Settings[] {
  const given: unknown = node.tryGetContext('environments') ?? { sandbox: {} };
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new Error('cdk.json context has wrong settings:\nenvironments must be settings by environment');
  }
  const outcomes = Object.entries(given as Record<string, unknown>).map(([name, settings]) =>
    readEnvironmentSettings(name, settings),
  );
  const complete = outcomes.flatMap((outcome) => ('settings' in outcome ? [outcome.settings] : []));
  const problems = [
    ...outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : [])),
    ...sharedAccountsOf(complete),
  ];
  if (problems.length > 0) throw new Error(`cdk.json context has wrong settings:\n${problems.join('\n')}`);
  return complete;
}

type Outcome = { readonly settings: Settings } | { readonly problems: string[] };

function readEnvironmentSettings(name: string, given: unknown): Outcome {
  const at = `environments.${name}`;
  if (!environmentName.test(name)) {
    return { problems: [`${at}: must be named in 1 to 31 lower-case letters and digits`] };
  }
  const parsed = environmentSettings.safeParse(given);
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => problemOf(issue, at, given)) };

  const settings = complete(name, parsed.data);
  const problems = contradictionsIn(settings).map(({ path, message }) =>
    shownAt(at, path, settings, message),
  );
  return problems.length > 0 ? { problems } : { settings };
}

/** The service role's name is taken once in an account, whatever the region. */
function sharedAccountsOf(environments: readonly Settings[]): string[] {
  const firstIn = new Map<string, string>();
  return environments.flatMap(({ account, environmentName }) => {
    if (!account) return [];
    const name = environmentName.toLowerCase();
    const first = firstIn.get(account);
    if (!first) firstIn.set(account, name);
    return first
      ? [`environments.${name}.account is "${account}": must not be ${first}'s, one environment an account`]
      : [];
  });
}

function problemOf(issue: z.core.$ZodIssue, at: string, given: unknown): string {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return `${[at, ...path].join('.')} has no ${issue.keys.join(', ')}`;
  return shownAt(at, path, given, issue.message);
}

function complete(name: string, { domain, ...settings }: EnvironmentSettings): Settings {
  return {
    ...settings,
    environmentName: name.charAt(0).toUpperCase() + name.slice(1),
    isRetained: name !== 'sandbox',
    isDeployedGradually: name !== 'sandbox',
    maxProvisionedConcurrency: settings.maxProvisionedConcurrency ?? settings.provisionedConcurrency,
    ...(domain && { domain: named(domain, name, settings.region) }),
  };
}

/** Without a region the name is wrong, and so are the settings: see settings-contradictions.ts. */
function named(
  { product, topLevelDomain, ...hostedZone }: NonNullable<EnvironmentSettings['domain']>,
  environment: string,
  region = '',
): DomainSettings {
  return { name: serviceDomainName({ region, environment, product, topLevelDomain }), ...hostedZone };
}
