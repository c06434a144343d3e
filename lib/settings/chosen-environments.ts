// Which environments' stacks are built: all, or the one that the CDK context names.
import type { Node } from 'constructs';
import { WrongSettings } from './problem.ts';
import type { Settings } from './settings.ts';

/**
 * Context key `environment`, in any case: that environment's settings only; without it, all.
 * Throws for a name that is none of theirs, with those that there are.
 */
export function chosenEnvironments(node: Node, environments: readonly Settings[]): readonly Settings[] {
  const name: unknown = node.tryGetContext('environment');
  if (name === undefined) return environments;
  const chosen = environments.filter(
    ({ environmentName }) => environmentName.toLowerCase() === String(name).toLowerCase(),
  );
  if (chosen.length > 0) return chosen;
  const names = environments.map(({ environmentName }) => environmentName.toLowerCase());
  throw new WrongSettings(`there is no environment ${name}; cdk.json has ${names.join(', ') || 'none'}`);
}
