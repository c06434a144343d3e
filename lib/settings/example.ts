// An example: what it adds to the settings of environments, in cdk.json by its name, and in no deployment that does not ask for it.
import type { Node } from 'constructs';
import { WrongSettings } from './problem.ts';

/**
 * Context key `example`, of those below `examples`: the settings of environments that it names get those that they have not.
 * Throws for a name that is none of theirs, with those that there are.
 */
export function withExample(
  node: Node,
  environments: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const name: unknown = node.tryGetContext('example');
  if (name === undefined) return environments;
  const examples = Object(node.tryGetContext('examples')) as Record<string, Record<string, object>>;
  if (!Object.hasOwn(examples, String(name))) {
    const names = Object.keys(examples).join(', ') || 'none';
    throw new WrongSettings(`there is no example ${name}; cdk.json has ${names}`);
  }
  const added = Object.entries(examples[String(name)] ?? {});
  return {
    ...environments,
    ...Object.fromEntries(
      added.map(([key, settings]) => [key, { ...settings, ...Object(environments[key]) }]),
    ),
  };
}
