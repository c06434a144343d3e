// A function's code: its part of service/ and the packages, bundled; what few starts need lies in modules of its own.
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

export interface BundleOptions {
  /** Files that lie beside the bundle: name → text. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Leaves arrow functions as they are. esbuild makes those that are fields of a class, and use its private methods, into
   * functions without `this`; packages such as hono have some. Default: they are made into functions.
   */
  readonly keepsArrows?: boolean;
  /** Modules that are imported dynamically, and never here: the code goes without them. Default: none. */
  readonly without?: readonly string[];
}

/**
 * Bundles a function: `index.mjs` exports its `handler`, and imports the other modules when it needs them.
 *
 * @param entryPoint its composition root, `service/broker/main.ts`
 */
export function bundledCode(
  entryPoint: string,
  { files = {}, keepsArrows = false, without = [] }: BundleOptions = {},
): Code {
  return Code.fromAsset('service', {
    assetHashType: AssetHashType.OUTPUT,
    // Nothing else shows the CDK what the files are.
    ...(Object.keys(files).length > 0 && { extraHash: hash('sha256', JSON.stringify(files)) }),
    bundling: {
      // Required, and never used: the bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      // Nor is this: the CDK bundles once for all functions whose options look the same.
      command: [entryPoint, String(keepsArrows), ...without],
      local: {
        tryBundle(directory) {
          bundle(entryPoint, directory, buildOptions(keepsArrows, without));
          for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
          return true;
        },
      },
    },
  });
}

/** Throws what esbuild finds wrong. */
function bundle(entryPoint: string, directory: string, options: BuildOptions): void {
  buildSync({
    ...options,
    entryPoints: { index: entryPoint },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}

/** What of the project and of the packages goes into a function's code, and as which modules. */
export function buildOptions(keepsArrows: boolean, without: readonly string[] = []) {
  return {
    bundle: true,
    // The SDK is bundled: what was tested is what runs, whatever SDK the runtime carries.
    packages: 'bundle',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Why these: docs/adr/0014-a-fast-start.md.
    splitting: true,
    external: without.map((module) => `./${module}`),
    alias: {
      'cls-hooked/context': './service/bundle/trace-context.ts',
      '@aws-sdk/credential-provider-node': './service/bundle/execution-role-credentials.ts',
      '@aws-sdk/endpoint-cache': './service/bundle/no-endpoint-cache.ts',
      '@smithy/core/event-streams': './service/bundle/no-event-streams.ts',
    },
    // V8 skips the bodies of functions that are not called, but parses those of arrow functions all the same.
    supported: { arrow: keepsArrows },
    // The X-Ray SDK below the tracer is CommonJS, and calls require() at run time.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
  } as const satisfies BuildOptions;
}
