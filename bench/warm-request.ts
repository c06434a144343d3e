// What does a warm request cost beside the signature that it need not verify again?
import type { WarmRequestInput } from './measured/warm-request.ts';
import { type Answer, atMost, type Conditions, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, ratioOf, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey } from './support/tokens.ts';

export const warmRequest: Question = {
  name: 'warm-request',
  title: 'Warm GET /credentials, token seen before, event to result',
  needsWakefulCores: true,
  async ask({ isQuick, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    try {
      const input: WarmRequestInput = {
        bundlePath: deployed.bundlePath,
        key,
        warmUps: isQuick ? 10_000 : 50_000,
        rounds: isQuick ? 5 : 31,
        roundMs: isQuick ? 100 : 200,
      };
      const variables = { ...deployed.variables, ...standIns.variables };
      const { result, lines } = await measure<{ times: Times }>('warm-request', input, { variables });
      const { times } = result;
      return {
        findings: [atMost('warm request', ratioOf(times, 'warm', 'bare'), 2, '× crypto.verify')],
        details: [
          ...Object.entries(times).map(([name, values]) => `${name}: ${shown(median(values))} µs`),
          `every request sampled by X-Ray: ${shown(ratioOf(times, 'warm, every request sampled', 'bare'))} × crypto.verify`,
          `calls while measuring: ${JSON.stringify(await standIns.counts())}; ${lines} lines logged`,
        ],
        raw: { times },
      };
    } finally {
      await standIns.stop();
    }
  },
};
