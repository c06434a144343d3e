// Bundles of what the function is measured beside: one module, as a careful author would make it.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface EsmBundle {
  readonly path: string;
  readonly bytes: number;
}

/** @param name of a module in measured/, without its extension */
export async function bundleMeasured(name: string, directory: string): Promise<EsmBundle> {
  const path = join(directory, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`../measured/${name}.ts`, import.meta.url))],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return { path, bytes: statSync(path).size };
}
