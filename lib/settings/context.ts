// The deployment's settings, read from the CDK context in cdk.json: complete and consistent, or synthesis fails.
import type { Node } from 'constructs';
import type { z } from 'zod';
import { contradictionsIn } from './contradictions.ts';
import { didYouMean, nearestOf } from './did-you-mean.ts';
import { environmentSettings, settingNames } from './environment.ts';
import { isByName, withExample } from './example.ts';
import { type Path, shownAt, WrongSettings } from './problem.ts';
import { complete, type Settings } from './settings.ts';

const environmentName = /^[a-z][a-z0-9]{0,30}$/;

/** Reads context key `environments`: name → settings. Throws at synthesis, naming the setting, its value and its bound. */
export function readSettings(node: Node): Settings[] {
  requireSpelling(node);
  const given: unknown = node.tryGetContext('environments') ?? { sandbox: {} };
  if (!isByName(given)) {
    throw new WrongSettings(
      'cdk.json context has wrong settings:\nenvironments must be settings by environment',
    );
  }
  const environments = withExample(node, given);
  const outcomes = Object.entries(environments).map(([name, settings]) =>
    readEnvironmentSettings(name, settings),
  );
  const complete = outcomes.flatMap((outcome) => ('settings' in outcome ? [outcome.settings] : []));
  const problems = [
    ...outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : [])),
    ...sharedAccountsOf(complete),
  ];
  if (problems.length > 0) {
    throw new WrongSettings(`cdk.json context has wrong settings:\n${problems.join('\n')}`);
  }
  return complete;
}

/** Where `environments` is misspelled there would be the sandbox alone, with defaults for everything. */
function requireSpelling(node: Node): void {
  const context = node.getAllContext() as Record<string, unknown>;
  if (context['environments'] !== undefined) return;
  const misspelled = Object.keys(context).find(
    // `--context environment=NAME` chooses one: see chosen-environments.ts.
    (key) => nearestOf(key, ['environments']) && !(key === 'environment' && typeof context[key] === 'string'),
  );
  if (misspelled === undefined) return;
  throw new WrongSettings(
    `cdk.json context has wrong settings:\n${misspelled}: not a key of the context; did you mean environments?`,
  );
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
  if (issue.code === 'unrecognized_keys') {
    const known = settingNames(path);
    const unknown = issue.keys.map((key) => `${key}${didYouMean(key, known)}`);
    return `${[at, ...path].join('.')} has no ${unknown.join(', ')}`;
  }
  return shownAt(at, path, given, issue.message);
}
