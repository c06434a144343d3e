// A function's code: its part of service/ and the packages, bundled; what few starts need lies in modules of its own.
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/**
 * Bundles a function: `index.mjs` exports its `handler`, and imports the other modules when it needs them.
 *
 * @param entryPoint its composition root, `service/broker/main.ts`
 * @param files that lie beside the bundle: name → text
 */
export function bundledCode(entryPoint: string, files: Readonly<Record<string, string>> = {}): Code {
  return Code.fromAsset('service', {
    assetHashType: AssetHashType.OUTPUT,
    // The CDK bundles once for all stacks whose options look the same, and no option shows what the files are.
    ...(Object.keys(files).length > 0 && { extraHash: hash('sha256', JSON.stringify(files)) }),
    bundling: {
      // Required, and never used: the bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(directory) {
          bundle(entryPoint, directory);
          for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
          return true;
        },
      },
    },
  });
}

/** Throws what esbuild finds wrong. */
function bundle(entryPoint: string, directory: string): void {
  buildSync({
    entryPoints: { index: entryPoint },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // The SDK is bundled: what was tested is what runs, whatever SDK the runtime carries.
    packages: 'bundle',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Why these: docs/adr/0014-a-fast-start.md.
    splitting: true,
    alias: {
      'cls-hooked/context': './service/bundle/trace-context.ts',
      '@aws-sdk/credential-provider-node': './service/bundle/execution-role-credentials.ts',
      '@aws-sdk/endpoint-cache': './service/bundle/no-endpoint-cache.ts',
      '@smithy/core/event-streams': './service/bundle/no-event-streams.ts',
    },
    // V8 skips the bodies of functions that are not called, but parses those of arrow functions all the same.
    supported: { arrow: false },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    // The X-Ray SDK below the tracer is CommonJS, and calls require() at run time.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
