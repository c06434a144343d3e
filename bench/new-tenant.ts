// What does a request take of a tenant that the environment does not know, beside a broker that keeps nothing?
import { createPrivateKey } from 'node:crypto';
import { credentialsEvent } from './measured/requests.ts';
import { type Answer, atLeast, type Conditions, type Form, type Question, stated } from './question.ts';
import { comparedRow, shownTimes, timesOurs, withBothSides } from './support/both-sides.ts';
import { serveByTurns, type TurnsExtent } from './support/execution-environment.ts';
import { type LatencySet, latencySets } from './support/latencies.ts';
import type { Times } from './support/rounds.ts';
import type { Variables } from './support/starts.ts';
import { generateTokenKey, signToken } from './support/tokens.ts';

const extents: Record<Form, TurnsExtent> = {
  full: { warmUps: 300, rounds: 15, requests: 20 },
  quick: { warmUps: 30, rounds: 7, requests: 4 },
  smoke: { warmUps: 1, rounds: 1, requests: 1 },
};

interface Place {
  /** How many times as long the straightforward broker takes, at the least. */
  readonly least: number;
  /** Settings beyond the template's, with which a broker looks there. */
  readonly variables: Variables;
}

/**
 * Where the session of a new tenant may be: each has a broker of its own. What lies in a table comes of
 * support/stand-in-tables.ts, whoever asks for it.
 */
const places: Readonly<Record<string, Place>> = {
  'new tenant, session nowhere yet': { least: 6, variables: {} },
};
const [anyPlace] = Object.keys(places) as [string];
/** What else the same environment is asked for, for the comparison. */
const SEEN = 'token seen before';
const NEW_TOKEN = 'new token of a known tenant';

export const newTenant: Question = {
  name: 'new-tenant',
  title: 'A tenant that the environment does not know, of an application that it knows',
  needsWakefulCores: true,
  async ask(conditions: Conditions): Promise<Answer> {
    const { uniform, assumed } = latencySets;
    const times = await timesWith(uniform, conditions);
    const assumedTimes = await timesWith(assumed, conditions);
    const names = Object.keys(places);
    return {
      findings: [
        ...Object.entries(places).map(([name, { least }]) =>
          atLeast(`${name}: straightforward`, timesOurs(times, name), least, '× ours'),
        ),
        ...names.map((name) =>
          stated(`${name}: straightforward, latencies as assumed`, timesOurs(assumedTimes, name), '× ours'),
        ),
      ],
      details: [
        `${uniform.what}: ${shownTimes(times)}`,
        `as assumed, ${assumed.what}: ${shownTimes(assumedTimes)}`,
      ],
      compared: [
        ...[SEEN, NEW_TOKEN, ...names].map((name) => comparedRow(`Warm, ${name}`, times, name)),
        ...names.map((name) => comparedRow(`Warm, ${name}; latencies as assumed`, assumedTimes, name)),
      ],
      raw: { times, assumedTimes },
    };
  },
};

function timesWith(latencies: LatencySet, { form, deployed }: Conditions): Promise<Times> {
  const { privateKeyPem, jwks } = generateTokenKey();
  const privateKey = createPrivateKey(privateKeyPem);
  let number = 0;
  const eventOf = (tenant: string) => {
    number += 1;
    return credentialsEvent(signToken(privateKey, { tenant, number }));
  };
  const ofNewTenant = () => eventOf(`Tenant${number}`);
  const seen = eventOf('Yellow');
  const brokers = Object.fromEntries(
    Object.entries(places).map(([name, { variables }]) => [name, variables]),
  );
  return withBothSides(deployed, { latencies, jwks, brokers }, ({ environments }) => {
    const environment = environments[anyPlace] as (typeof environments)[string];
    const turns = Object.entries(environments).map(([name, each]) => [
      name,
      { environment: each, next: ofNewTenant },
    ]);
    return serveByTurns(
      {
        ...Object.fromEntries(turns),
        [SEEN]: { environment, next: () => seen },
        [NEW_TOKEN]: { environment, next: () => eventOf('Yellow') },
      },
      extents[form],
    );
  });
}
