// What does the first request of another application take in a warm environment, beside a broker that keeps nothing?
import { createPrivateKey } from 'node:crypto';
import { credentialsEvent } from './measured/requests.ts';
import { type Answer, atLeast, type Conditions, type Form, type Question, stated } from './question.ts';
import { comparedRow, STRAIGHTFORWARD, shownTimes, timesOurs, withBothSides } from './support/both-sides.ts';
import { serveByTurns, type TurnsExtent } from './support/execution-environment.ts';
import { type LatencySet, latencySets } from './support/latencies.ts';
import type { Times } from './support/rounds.ts';
import { WITH_OWN_KEYS } from './support/stand-in-names.ts';
import { generateTokenKey, signToken } from './support/tokens.ts';

const extents: Record<Form, TurnsExtent> = {
  full: { warmUps: 200, rounds: 15, requests: 20 },
  quick: { warmUps: 20, rounds: 7, requests: 4 },
  smoke: { warmUps: 1, rounds: 1, requests: 1 },
};

const LEAST = 3;
/** Applications mostly share an identity provider. */
const KNOWN_KEYS = 'new application, JWK set known';
const OWN_KEYS = 'new application, with a JWK set of its own';

export const newApplication: Question = {
  name: 'new-application',
  title: 'The first request of another application in a warm environment',
  needsWakefulCores: true,
  async ask(conditions: Conditions): Promise<Answer> {
    const { uniform, assumed } = latencySets;
    const times = await timesWith(uniform, conditions);
    const assumedTimes = await timesWith(assumed, conditions);
    return {
      findings: [
        atLeast(`${KNOWN_KEYS}: straightforward`, timesOurs(times, KNOWN_KEYS), LEAST, '× ours'),
        stated(`${OWN_KEYS}: straightforward`, timesOurs(times, OWN_KEYS), '× ours'),
        stated(
          `${KNOWN_KEYS}: straightforward, latencies as assumed`,
          timesOurs(assumedTimes, KNOWN_KEYS),
          '× ours',
        ),
      ],
      details: [
        `${uniform.what}: ${shownTimes(times)}`,
        `as assumed, ${assumed.what}: ${shownTimes(assumedTimes)}`,
      ],
      compared: [KNOWN_KEYS, OWN_KEYS].map((name) => comparedRow(`Warm, ${name}`, times, name)),
      raw: { times, assumedTimes },
    };
  },
};

function timesWith(latencies: LatencySet, { form, deployed }: Conditions): Promise<Times> {
  const { privateKeyPem, jwks } = generateTokenKey();
  const token = signToken(createPrivateKey(privateKeyPem), { tenant: 'Yellow' });
  let number = 0;
  const eventOf = (prefix: string) => () => {
    number += 1;
    return credentialsEvent(token, `${prefix}${number}`);
  };
  return withBothSides(deployed, { latencies, jwks }, ({ environments: { ours, straightforward } }) => {
    if (!ours || !straightforward) throw new Error('a side is missing');
    return serveByTurns(
      {
        [STRAIGHTFORWARD]: { environment: straightforward, next: eventOf('App') },
        [KNOWN_KEYS]: { environment: ours, next: eventOf('App') },
        [OWN_KEYS]: { environment: ours, next: eventOf(WITH_OWN_KEYS) },
      },
      extents[form],
    );
  });
}
