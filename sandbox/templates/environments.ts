// The environments that can be deployed: those of cdk.json, to be synthesized, or those of a cloud assembly.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCloudAssembly } from './cloud-assembly.ts';
import { selectStacks } from './stack-selection.ts';

const projectFile = fileURLToPath(new URL('../../cdk.json', import.meta.url));

/**
 * Throws, naming those that there are, for an environment that cdk.json has not, in any case; or, where an assembly
 * is given, for one that the assembly has not, and for a directory that is no assembly.
 */
export function requireEnvironment(
  environment: string,
  assemblyDirectory?: string,
  cdkJson = projectFile,
): void {
  if (assemblyDirectory !== undefined) {
    selectStacks(readCloudAssembly(assemblyDirectory).stacks, { environment });
    return;
  }
  const names = environmentsIn(cdkJson);
  if (!names || names.some((name) => name.toLowerCase() === environment.toLowerCase())) return;
  throw new Error(`there is no environment ${environment}; cdk.json has ${names.join(', ') || 'none'}`);
}

/** `undefined` where the file makes no sense: what is wrong with it, synthesis says best. */
function environmentsIn(cdkJson: string): string[] | undefined {
  try {
    const file = JSON.parse(readFileSync(cdkJson, 'utf8')) as { context?: Record<string, unknown> };
    if (Array.isArray(file)) return undefined;
    const { context } = file;
    const environments = context?.['environments'] ?? undefined;
    if (environments === undefined) return mayBeMisspelled(context ?? {}) ? undefined : ['sandbox'];
    return typeof environments === 'object' && !Array.isArray(environments)
      ? Object.keys(environments)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The CDK's own keys are switches and texts: an object under another name is likely to be what is missing. */
function mayBeMisspelled(context: Record<string, unknown>): boolean {
  return Object.values(context).some((value) => typeof value === 'object' && value !== null);
}
