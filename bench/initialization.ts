// How long does an execution environment take to start?
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { median, ratioOf } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { aboveNode, type Start, timeStarts, type Variables, withoutCredentials } from './support/starts.ts';
import { generateTokenKey } from './support/tokens.ts';

/** What the naive bundle took, and what the function may take, where the target was set: milliseconds. */
const NAIVE_MS = 65;
const TARGET_MS = 40;
const MAX_BUNDLE_KB = 700;

/** Starts of each kind. */
const amounts: Record<Form, number> = { full: 41, quick: 25, smoke: 1 };

export const initialization: Question = {
  name: 'initialization',
  title: 'Import of the deployed bundle until the handler is ready, above bare node',
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const naive = await buildNaive(dirname(deployed.bundlePath));
    const standIns = await startStandIns({ latencyMs: 0, jwks: generateTokenKey().jwks });
    try {
      const offline = withoutCredentials(deployed);
      const started = (kind: string, more: Variables = {}): Variables => ({
        ...offline,
        ...more,
        AWS_LAMBDA_INITIALIZATION_TYPE: kind,
      });
      const online = { ...deployed.variables, ...standIns.variables };
      const starts: Record<string, Start> = {
        node: { variables: offline },
        naive: { module: naive, variables: offline },
        deployed: { module: deployed.bundlePath, variables: started('on-demand') },
        ...(form !== 'quick' && {
          'deployed, provisioned': {
            module: deployed.bundlePath,
            variables: started('provisioned-concurrency'),
          },
          'deployed, with a session of the service role': {
            module: deployed.bundlePath,
            variables: started('on-demand', online),
          },
        }),
      };
      const times = timeStarts(starts, amounts[form]);
      const above = aboveNode(times);
      const ratio = ratioOf(above, 'deployed', 'naive');
      return {
        findings: [
          atMost(
            `start, of the naive bundle’s ${shown(median(above['naive'] ?? []))} ms: ${shown(median(above['deployed'] ?? []))} ms`,
            ratio,
            Number((TARGET_MS / NAIVE_MS).toFixed(3)),
            '× naive',
          ),
          atMost('size of the bundle', deployed.bundleBytes / 1000, MAX_BUNDLE_KB, 'KB'),
        ],
        details: [
          ...Object.entries(above).map(([name, values]) => `${name}: ${shown(median(values))} ms above node`),
          `node itself: ${shown(median(times['node'] ?? []))} ms; naive bundle: ${shown(statSync(naive).size / 1000)} KB`,
        ],
        raw: { times },
      };
    } finally {
      await standIns.stop();
    }
  },
};

async function buildNaive(directory: string): Promise<string> {
  const outfile = join(directory, 'naive.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('measured/naive.ts', import.meta.url))],
    outfile,
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
  return outfile;
}
