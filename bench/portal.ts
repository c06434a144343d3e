// What does the portal cost: its start, its list of targets, its size?
import type { PortalRequestInput } from './measured/portal-request.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { aboveNode, type Start, timeStarts, withoutCredentials } from './support/starts.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

const extents: Record<Form, Omit<PortalRequestInput, 'bundlePath'> & { readonly starts: number }> = {
  full: { warmUps: 2_000, rounds: 31, roundMs: 200, starts: 41 },
  quick: { warmUps: 500, rounds: 5, roundMs: 100, starts: 15 },
  smoke: { warmUps: 2, rounds: 2, roundMs: 1, starts: 1 },
};

export const portal: Question = {
  name: 'portal',
  title:
    'The portal: import of its bundle beside the broker’s, and its list beside the two reads that it takes',
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const { starts: amount, ...extent } = extents[form];
    const starts: Record<string, Start> = {
      node: { variables: withoutCredentials(deployed) },
      broker: { module: deployed.bundlePath, variables: withoutCredentials(deployed) },
      portal: { module: deployed.portal.bundlePath, variables: withoutCredentials(deployed.portal) },
    };
    const started = timeStarts(starts, amount);
    const above = aboveNode(started);
    const standIns = await startStandIns({ latencyMs: 0, jwks: generateTokenKey().jwks });
    try {
      const { bundlePath, bundleBytes, variables } = deployed.portal;
      const input: PortalRequestInput = { bundlePath, ...extent };
      const { result, lines } = await measure<{ times: Times }>('portal-request', input, {
        variables: { ...variables, ...standIns.variables },
      });
      const { times } = result;
      return {
        findings: [
          atMost(
            'start of the portal',
            ratio(above, 'portal', 'broker'),
            MOST_OF_BROKERS_START,
            '× the broker’s',
          ),
          atMost('size of the portal’s bundle', bundleBytes / 1000, MAX_BUNDLE_KB, 'KB'),
          atMost('list of targets', ratio(times, 'list', 'two reads'), MOST_OF_TWO_READS, '× its two reads'),
        ],
        details: [
          ...Object.entries(above).map(([name, values]) => `${name}: ${shown(median(values))} ms above node`),
          ...Object.entries(times).map(([name, values]) => `${name}: ${shown(median(values))} µs`),
          `calls while measuring: ${JSON.stringify(await standIns.counts())}; ${lines} lines logged`,
        ],
        raw: { started, times },
      };
    } finally {
      await standIns.stop();
    }
  },
};

const MOST_OF_BROKERS_START = 2;
const MAX_BUNDLE_KB = 1_500;
const MOST_OF_TWO_READS = 2;
