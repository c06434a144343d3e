// What does a registration take, beside a broker that stores what it is sent?

import { callerNamed } from '../test/support/callers.ts';
import { eventOf } from '../test/support/events.ts';
import { minimalBody } from '../test/support/registrations.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, stated } from './question.ts';
import { comparedRow, STRAIGHTFORWARD, shownTimes, withBothSides } from './support/both-sides.ts';
import { serveByTurns, type TurnsExtent } from './support/execution-environment.ts';
import { type LatencySet, latencySets } from './support/latencies.ts';
import type { Times } from './support/rounds.ts';
import { UNREGISTERED } from './support/stand-in-names.ts';
import { generateTokenKey } from './support/tokens.ts';
import { ratio } from './support/verdict.ts';

const extents: Record<Form, TurnsExtent> = {
  full: { warmUps: 100, rounds: 15, requests: 20 },
  quick: { warmUps: 12, rounds: 7, requests: 3 },
  smoke: { warmUps: 1, rounds: 1, requests: 1 },
};

const MOST_CALLS = 6;
const MOST_TIMES = 3;
/** Registrations whose calls are counted, after those that are timed: the service role's session is there. */
const COUNTED = 10;

interface Measured {
  readonly times: Times;
  /** Of one registration of ours, by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

export const registration: Question = {
  name: 'registration',
  title: 'POST /applications in a warm environment',
  needsWakefulCores: true,
  async ask(conditions: Conditions): Promise<Answer> {
    const { uniform, assumed } = latencySets;
    const { times, calls } = await measureWith(uniform, conditions);
    const { times: assumedTimes } = await measureWith(assumed, conditions);
    return {
      findings: [
        atMost('registration', ratio(times, 'ours', STRAIGHTFORWARD), MOST_TIMES, '× straightforward'),
        atMost(
          'calls of a registration',
          Object.values(calls).reduce((a, b) => a + b, 0),
          MOST_CALLS,
          'calls',
        ),
        stated(
          'registration, latencies as assumed',
          ratio(assumedTimes, 'ours', STRAIGHTFORWARD),
          '× straightforward',
        ),
      ],
      details: [
        `${uniform.what}: ${shownTimes(times)}`,
        `as assumed, ${assumed.what}: ${shownTimes(assumedTimes)}`,
        `calls of one: ${Object.entries(calls)
          .map(([operation, amount]) => `${operation} ${amount}`)
          .join(', ')}; of a straightforward one: GetItem 1, PutItem 1`,
      ],
      compared: [comparedRow('Registration', times, 'ours')],
      raw: { times, assumedTimes, calls },
    };
  },
};

function measureWith(latencies: LatencySet, { form, deployed }: Conditions): Promise<Measured> {
  const { jwks } = generateTokenKey();
  return withBothSides(deployed, { latencies, jwks }, async ({ environments, standIns }) => {
    const { ours, straightforward } = environments;
    if (!ours || !straightforward) throw new Error('a side is missing');
    let number = 0;
    const next = () => {
      number += 1;
      return registrationOf(`${UNREGISTERED}${number}`, new URL(`${number}.json`, standIns.jwksUrl).href);
    };
    const times = await serveByTurns(
      { [STRAIGHTFORWARD]: { environment: straightforward, next }, ours: { environment: ours, next } },
      extents[form],
    );
    const before = await standIns.counts();
    for (let count = 0; count < COUNTED; count += 1) await ours.serve(next(), false);
    const after = await standIns.counts();
    const calls = Object.entries(after).map(([operation, amount]): [string, number] => [
      operation,
      (amount - (before[operation] ?? 0)) / COUNTED,
    ]);
    return {
      times,
      calls: Object.fromEntries(calls.filter(([name, amount]) => name !== 'xray' && amount > 0)),
    };
  });
}

/** `POST /applications` of an application with an access role, and a JWK set, of its own. */
function registrationOf(application: string, jwksUrl: string): unknown {
  return eventOf('POST /applications', {
    caller: callerNamed(application),
    body: {
      ...minimalBody,
      AccessRoleName: `${application}Access`,
      JWKSetURL: jwksUrl,
      Issuer: 'https://localhost',
    },
  });
}
