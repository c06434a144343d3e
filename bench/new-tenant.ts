// What does a request take of a tenant that the environment does not know, beside a broker that keeps nothing?
import { createPrivateKey } from 'node:crypto';
import { credentialsEvent } from './measured/requests.ts';
import {
  type Answer,
  atLeast,
  type Conditions,
  type Finding,
  type Form,
  type Question,
  stated,
} from './question.ts';
import { comparedRow, shownTimes, timesOurs, withBothSides } from './support/both-sides.ts';
import { serveByTurns, type TurnsExtent } from './support/execution-environment.ts';
import { type LatencySet, latencySets } from './support/latencies.ts';
import type { Times } from './support/rounds.ts';
import { generateTokenKey, signToken } from './support/tokens.ts';

const extents: Record<Form, TurnsExtent> = {
  full: { warmUps: 300, rounds: 15, requests: 20 },
  quick: { warmUps: 30, rounds: 7, requests: 4 },
  smoke: { warmUps: 1, rounds: 1, requests: 1 },
};

interface Place {
  /** How many times as long the straightforward broker takes, at the least, by which latencies; of other figures, nothing is judged. */
  readonly least?: number;
  readonly judgedBy?: keyof typeof latencySets;
  /** Whether the broker shares sessions with other environments. */
  readonly shares: boolean;
  /** Whether another environment was asked before. */
  readonly isThere: boolean;
}

/**
 * Where the session of a new tenant may be: each has a broker of its own. A table in the place of STS is judged by latencies that
 * tell the two apart: where all calls take as long, one of four is never a fifteenth.
 */
const places: Readonly<Record<string, Place>> = {
  'new tenant, session nowhere yet': { least: 6, judgedBy: 'uniform', shares: false, isThere: false },
  'new tenant, session in the shared table': { least: 15, judgedBy: 'assumed', shares: true, isThere: true },
  'new tenant, session not in the shared table yet': { shares: true, isThere: false },
};
/** The environment that is asked before, so that the session is there. */
const OTHER = 'another environment';
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
      findings: [...findingsOf(times, 'uniform'), ...findingsOf(assumedTimes, 'assumed')],
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

function findingsOf(times: Times, latencies: keyof typeof latencySets): Finding[] {
  return Object.entries(places).map(([name, { least, judgedBy }]) => {
    const what = `${name}: straightforward${latencies === 'assumed' ? ', latencies as assumed' : ''}`;
    const figure = timesOurs(times, name);
    return least === undefined || judgedBy !== latencies
      ? stated(what, figure, '× ours')
      : atLeast(what, figure, least, '× ours');
  });
}

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
  const brokers = {
    ...Object.fromEntries(
      Object.entries(places).map(([name, { shares }]) => [name, shares ? deployed.sharing : deployed]),
    ),
    [OTHER]: deployed.sharing,
  };
  return withBothSides(deployed, { latencies, jwks, brokers }, ({ environments }) => {
    const { [OTHER]: other, ...measured } = environments;
    const environment = measured[anyPlace] as (typeof environments)[string];
    const turns = Object.entries(measured).map(([name, each]) => [
      name,
      { environment: each, next: ofNewTenant, ...(places[name]?.isThere && { ahead: other }) },
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
