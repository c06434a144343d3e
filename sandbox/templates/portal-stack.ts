// Which of the stacks is a portal's: told from its template, before anything is deployed.
import type { AssembledStack } from './cloud-assembly.ts';

/**
 * The stack with a function that has this variable; `undefined` where none has.
 * @throws Error for several: there is one port for it
 */
export function portalStackOf(stacks: readonly AssembledStack[], variable: string): string | undefined {
  const found = stacks.filter(({ template }) =>
    Object.values(template.Resources).some(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && hasVariable(Properties, variable),
    ),
  );
  const [portal, ...others] = found.map(({ stackName }) => stackName);
  if (others.length > 0)
    throw new Error(`the sandbox has one portal only, and not ${[portal, ...others].join(' and ')}`);
  return portal;
}

function hasVariable(properties: Record<string, unknown> | undefined, variable: string): boolean {
  const environment = properties?.['Environment'] as { readonly Variables?: object } | undefined;
  return Object.hasOwn(environment?.Variables ?? {}, variable);
}
