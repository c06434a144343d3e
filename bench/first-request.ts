// What does the first request of an execution environment take, beside a broker that keeps nothing?
import { createPrivateKey } from 'node:crypto';
import { credentialsEvent } from './measured/requests.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown, stated } from './question.ts';
import { bundleStraightforward, comparedRow, medianOf, STRAIGHTFORWARD } from './support/both-sides.ts';
import { figuresOf, serveFirst } from './support/execution-environment.ts';
import { latencySets } from './support/latencies.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey, signToken } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

const rounds: Record<Form, number> = { full: 31, quick: 7, smoke: 1 };
const MOST = { 'on demand': 1, provisioned: 0.6 } as const;

export const firstRequest: Question = {
  name: 'first-request',
  title: 'The first request of an execution environment, from import done to answer',
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const straightforward = await bundleStraightforward(deployed);
    const key = generateTokenKey();
    const standIns = await startStandIns({ ...latencySets.uniform, jwks: key.jwks });
    try {
      const event = credentialsEvent(signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' }));
      const ours = (kind: string) => ({
        event,
        module: deployed.bundlePath,
        variables: { ...deployed.variables, ...standIns.variables, AWS_LAMBDA_INITIALIZATION_TYPE: kind },
      });
      const started = await serveFirst(
        {
          [STRAIGHTFORWARD]: { ...ours('on-demand'), module: straightforward.path },
          'on demand': ours('on-demand'),
          provisioned: ours('provisioned-concurrency'),
          'on demand, sampled by X-Ray': { ...ours('on-demand'), isSampled: true },
        },
        rounds[form],
      );
      const times = figuresOf(started, ({ ms }) => ms);
      const whole = figuresOf(started, ({ ms, readyMs }) => ms + readyMs);
      return {
        findings: [
          ...Object.entries(MOST).map(([name, most]) =>
            atMost(`first request, ${name}`, ratio(times, name, STRAIGHTFORWARD), most, '× straightforward'),
          ),
          stated(
            'first request, on demand, sampled by X-Ray',
            ratio(times, 'on demand, sampled by X-Ray', STRAIGHTFORWARD),
            '× straightforward',
          ),
          stated(
            'start of the process until the first answer, on demand',
            ratio(whole, 'on demand', STRAIGHTFORWARD),
            '× straightforward',
          ),
        ],
        details: [
          `${latencySets.uniform.what}; in turn, each in a process of its own`,
          ...Object.keys(times).map(
            (name) =>
              `${name}: ${shown(medianOf(times, name))} ms; since the start of the process ${shown(medianOf(whole, name))} ms`,
          ),
          `bundles: ours ${shown(deployed.bundleBytes / 1000)} KB, straightforward ${shown(straightforward.bytes / 1000)} KB`,
        ],
        compared: [
          ...Object.keys(MOST).map((name) => comparedRow(`First request, ${name}`, times, name)),
          comparedRow('Cold start: process to first answer', whole, 'on demand'),
          {
            what: 'Size of the bundle',
            unit: 'KB',
            ours: deployed.bundleBytes / 1000,
            straightforward: straightforward.bytes / 1000,
          },
        ],
        raw: { times, whole },
      };
    } finally {
      await standIns.stop();
    }
  },
};
