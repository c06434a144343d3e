// What would a user pick instead, and what does it cost beside this?
import type { AlternativesInput, AlternativesTimes } from './measured/alternatives.ts';
import { type Answer, atLeast, atMost, type Conditions, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, ratioOf, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey } from './support/tokens.ts';

/** What a call to AWS or to an identity provider takes, at the least. */
const LATENCY_MS = 5;

export const alternatives: Question = {
  name: 'alternatives',
  title: 'Beside a broker that fetches everything every time, and aws-jwt-verify',
  needsWakefulCores: true,
  async ask({ isQuick, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: LATENCY_MS, jwks: key.jwks });
    try {
      const input: AlternativesInput = {
        bundlePath: deployed.bundlePath,
        key,
        jwksUrl: standIns.jwksUrl,
        warmUps: isQuick ? 1_200 : 6_000,
        rounds: isQuick ? 5 : 15,
        tokens: isQuick ? 200 : 500,
        requests: isQuick ? 10 : 100,
      };
      const variables = { ...deployed.variables, ...standIns.variables };
      const { requests, checks } = (await measure<AlternativesTimes>('alternatives', input, { variables }))
        .result;
      return {
        findings: [
          atLeast(
            'warm request: straightforward broker',
            ratioOf(requests, 'straightforward', 'broker'),
            200,
            '× ours',
          ),
          atLeast(
            'token seen before: aws-jwt-verify',
            ratioOf(checks, 'aws-jwt-verify', 'seen before'),
            10,
            '× ours',
          ),
          atMost('new token: ours', ratioOf(checks, 'new', 'aws-jwt-verify'), 2.5, '× aws-jwt-verify'),
        ],
        details: [...microseconds(requests), ...microseconds(checks)],
        raw: { requests, checks },
      };
    } finally {
      await standIns.stop();
    }
  },
};

function microseconds(times: Times): string[] {
  return Object.entries(times).map(([name, values]) => `${name}: ${shown(median(values))} µs`);
}
