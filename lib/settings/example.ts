// An example: what it adds to the settings of environments, in cdk.json by its name, and in no deployment that does not ask for it.
import type { Node } from 'constructs';
import { WrongSettings } from './problem.ts';

/**
 * Context key `example`, of those below `examples`: the settings of environments that it names get those that they have not.
 * Throws for a name that is none of theirs, with those that there are, and for one that is no settings.
 */
export function withExample(
  node: Node,
  environments: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const name: unknown = node.tryGetContext('example');
  if (name === undefined) return environments;
  const examples = Object(node.tryGetContext('examples')) as Record<string, unknown>;
  if (!Object.hasOwn(examples, String(name))) {
    const names = Object.keys(examples).join(', ') || 'none';
    throw new WrongSettings(`there is no example ${name}; cdk.json has ${names}`);
  }
  const example: unknown = examples[String(name)];
  if (!isByName(example)) {
    throw new WrongSettings(
      `cdk.json context has wrong settings:\nexamples.${name} must be settings by environment`,
    );
  }
  const added = Object.entries(example).map(([key, settings]) => [key, both(settings, environments[key])]);
  return { ...environments, ...Object.fromEntries(added) };
}

/** What is no settings stays as it is: whoever reads it says so. */
function both(added: unknown, given: unknown = {}): unknown {
  if (!isByName(added)) return added;
  return isByName(given) ? { ...added, ...given } : given;
}

export function isByName(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
