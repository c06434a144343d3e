// How long does an execution environment take to start?
import { dirname } from 'node:path';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { bundleMeasured } from './support/esm-bundle.ts';
import { median } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { aboveNode, type Start, timeStarts, type Variables, withoutCredentials } from './support/starts.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

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
    const naive = await bundleMeasured('naive', dirname(deployed.bundlePath));
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
        naive: { module: naive.path, variables: offline },
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
      return {
        findings: [
          atMost(
            `start, of the naive bundle’s ${shown(median(above['naive'] ?? []))} ms: ${shown(median(above['deployed'] ?? []))} ms`,
            ratio(above, 'deployed', 'naive'),
            Number((TARGET_MS / NAIVE_MS).toFixed(3)),
            '× naive',
          ),
          atMost('size of the bundle', deployed.bundleBytes / 1000, MAX_BUNDLE_KB, 'KB'),
        ],
        details: [
          ...Object.entries(above).map(([name, values]) => `${name}: ${shown(median(values))} ms above node`),
          `node itself: ${shown(median(times['node'] ?? []))} ms; naive bundle: ${shown(naive.bytes / 1000)} KB`,
        ],
        raw: { times },
      };
    } finally {
      await standIns.stop();
    }
  },
};
