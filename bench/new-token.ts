// What does a request cost whose token has not been seen before?
import type { NewTokenInput } from './measured/new-token.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

const extents: Record<Form, Pick<NewTokenInput, 'warmUps' | 'rounds' | 'tokens'>> = {
  full: { warmUps: 6_000, rounds: 21, tokens: 500 },
  quick: { warmUps: 2_000, rounds: 5, tokens: 120 },
  smoke: { warmUps: 10, rounds: 2, tokens: 5 },
};

export const newToken: Question = {
  name: 'new-token',
  title: 'GET /credentials, token not seen before, credentials cached',
  needsWakefulCores: true,
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    try {
      const input: NewTokenInput = {
        bundlePath: deployed.bundlePath,
        key,
        ...extents[form],
      };
      const variables = { ...deployed.variables, ...standIns.variables };
      const { times } = (await measure<{ times: Times }>('new-token', input, { variables })).result;
      return {
        findings: [
          atMost('token not seen before', ratio(times, 'handler, new token', 'bare'), 6, '× crypto.verify'),
        ],
        details: Object.entries(times).map(
          ([name, values]) =>
            `${name}: ${shown(median(values))} µs, ${shown(ratio(times, name, 'bare').value)} × crypto.verify`,
        ),
        raw: { times },
      };
    } finally {
      await standIns.stop();
    }
  },
};
