// What does a warm request cost beside the signature that it need not verify again?
import type { WarmRequestInput } from './measured/warm-request.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

const extents: Record<Form, Pick<WarmRequestInput, 'warmUps' | 'rounds' | 'roundMs'>> = {
  full: { warmUps: 50_000, rounds: 31, roundMs: 200 },
  quick: { warmUps: 10_000, rounds: 5, roundMs: 100 },
  smoke: { warmUps: 10, rounds: 2, roundMs: 1 },
};

export const warmRequest: Question = {
  name: 'warm-request',
  title: 'Warm GET /credentials, token seen before, event to result',
  needsWakefulCores: true,
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    try {
      const input: WarmRequestInput = {
        bundlePath: deployed.bundlePath,
        key,
        ...extents[form],
      };
      const variables = { ...deployed.variables, ...standIns.variables };
      const { result, lines } = await measure<{ times: Times }>('warm-request', input, { variables });
      const { times } = result;
      return {
        findings: [atMost('warm request', ratio(times, 'warm', 'bare'), 2, '× crypto.verify')],
        details: [
          ...Object.entries(times).map(([name, values]) => `${name}: ${shown(median(values))} µs`),
          `every request sampled by X-Ray: ${shown(ratio(times, 'warm, every request sampled', 'bare').value)} × crypto.verify`,
          `calls while measuring: ${JSON.stringify(await standIns.counts())}; ${lines} lines logged`,
        ],
        raw: { times },
      };
    } finally {
      await standIns.stop();
    }
  },
};
