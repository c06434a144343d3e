// What would a user pick instead, and what does it cost beside this?
import type { AlternativesInput, AlternativesTimes } from './measured/alternatives.ts';
import {
  type Answer,
  atLeast,
  atMost,
  type Conditions,
  type Form,
  type Question,
  shown,
} from './question.ts';
import { measure } from './support/function-process.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

/** What a call to AWS or to an identity provider takes, at the least. */
const LATENCY_MS = 5;

const extents: Record<Form, Pick<AlternativesInput, 'warmUps' | 'rounds' | 'tokens' | 'requests'>> = {
  full: { warmUps: 6_000, rounds: 15, tokens: 500, requests: 100 },
  quick: { warmUps: 1_200, rounds: 5, tokens: 200, requests: 10 },
  smoke: { warmUps: 10, rounds: 2, tokens: 5, requests: 2 },
};

export const alternatives: Question = {
  name: 'alternatives',
  title: 'Beside a broker that fetches everything every time, and aws-jwt-verify',
  needsWakefulCores: true,
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: LATENCY_MS, jwks: key.jwks });
    try {
      const input: AlternativesInput = {
        bundlePath: deployed.bundlePath,
        key,
        jwksUrl: standIns.jwksUrl,
        ...extents[form],
      };
      const variables = { ...deployed.variables, ...standIns.variables };
      const { requests, checks } = (await measure<AlternativesTimes>('alternatives', input, { variables }))
        .result;
      return {
        findings: [
          atLeast(
            'warm request: straightforward broker',
            ratio(requests, 'straightforward', 'broker'),
            200,
            '× ours',
          ),
          atLeast(
            'token seen before: aws-jwt-verify',
            ratio(checks, 'aws-jwt-verify', 'seen before'),
            10,
            '× ours',
          ),
          atMost('new token: ours', ratio(checks, 'new', 'aws-jwt-verify'), 2.5, '× aws-jwt-verify'),
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
