// How often is STS called, on fleets of execution environments over an hour of virtual time?
import type { Decision } from '../service/audit/audit.ts';
import { accessRoleArnOf } from '../service/deployment.ts';
import { deployment } from '../test/support/callers.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { VirtualTime } from '../test/support/virtual-time.ts';
import { type Answer, atMost, type Conditions, type Form, type Question } from './question.ts';
import { CountingSts, WINDOW_MS } from './support/counting-sts.ts';
import { sharedStores } from './support/shared-store.ts';
import {
  DYNAMODB_MS,
  type Environment,
  requestOf,
  startEnvironment,
} from './support/simulated-environment.ts';
import { zipf } from './support/zipf.ts';

const APPLICATIONS = 10;
const TENANTS = 1_000;
const HOUR_MS = 60 * 60_000;
const fleets = [1, 10, 100, 1_000];
/** What is left at least of a session that is handed out, to the second that STS counts in. */
const LEFT_MS = 15 * 60_000 - 1_000;

/** Milliseconds of virtual time: what a request takes besides its calls. */
const REQUEST_MS = 2;

/**
 * Which environment gets a request: as Lambda does it, one that is free, the one used last first; or any, free or
 * not, where requests overlap in an environment and a hit is least likely.
 */
type Spread = 'last used' | 'random';

/** Whether environments share sessions; by a table that is down, where it is. */
type Sharing = 'no' | 'yes' | 'down';

interface Scenario {
  readonly environments: number;
  readonly spread: Spread;
  readonly sharing: Sharing;
  readonly requests: number;
}

interface Outcome extends Scenario {
  /** Environments that served any request. */
  readonly used: number;
  /** Calls for the service role: one an environment while it is initialized, and what followed. */
  readonly serviceRole: number;
  /** Calls for access roles: sessions issued. */
  readonly accessRoles: number;
  /** Sessions of access roles that no request was answered with. */
  readonly wasted: number;
  /** Requests answered from the cache. */
  readonly hits: number;
  /** Requests that found a call for their session under way, and shared it. */
  readonly joined: number;
  /** Most calls for one application and tenant in one environment within any 45 minutes. */
  readonly mostInWindow: number;
  /** Calls for an application and tenant, over all environments, by what one perfect memory would make. */
  readonly perWindow: number;
  /** Answers with a session that was issued for something else, or is past its margin. */
  readonly wrong: number;
}

/** Requests. */
const amounts: Record<Form, number> = { full: 100_000, quick: 5_000, smoke: 200 };

export const stsCalls: Question = {
  name: 'sts-calls',
  title: `STS calls for ${APPLICATIONS} applications and ${TENANTS} tenants, Zipf, over a simulated hour`,
  async ask({ form }: Conditions): Promise<Answer> {
    const requests = amounts[form];
    const outcomes: Outcome[] = [];
    for (const environments of fleets) {
      for (const spread of ['last used', 'random'] as const) {
        outcomes.push(await simulate({ environments, spread, sharing: 'no', requests }));
      }
      for (const sharing of ['yes', 'down'] as const)
        outcomes.push(await simulate({ environments, spread: 'random', sharing, requests }));
    }
    const callsOf = (environments: number, sharing: Sharing) =>
      outcomes.find((o) => o.environments === environments && o.spread === 'random' && o.sharing === sharing)
        ?.accessRoles ?? 0;
    const worst = (figure: (outcome: Outcome) => number) => Math.max(...outcomes.map(figure));
    return {
      findings: [
        atMost(
          'an environment, application and tenant in any 45 minutes',
          worst((o) => o.mostInWindow),
          1,
          'calls',
        ),
        atMost(
          'issued and handed to nobody',
          worst(({ wasted }) => wasted),
          0,
          'sessions',
        ),
        atMost(
          'an application and tenant in 45 minutes, of all environments that share sessions, on average',
          worst(({ sharing, perWindow }) => (sharing === 'yes' ? perWindow : 0)),
          1.05,
          'calls',
        ),
        atMost(
          'by which calls are more while the table is down than without sharing',
          Math.max(...fleets.map((size) => callsOf(size, 'down') / callsOf(size, 'no'))),
          1.01,
          'times',
        ),
        atMost(
          'handed out for something else, or past its margin',
          worst(({ wrong }) => wrong),
          0,
          'sessions',
        ),
      ],
      details: [
        `${requests} requests in an hour${form === 'full' ? '' : ` (${amounts.full} in the full form)`}, deterministic`,
        ...tableOf(outcomes),
      ],
      raw: { outcomes },
    };
  },
};

async function simulate(scenario: Scenario): Promise<Outcome> {
  const { environments, spread, sharing, requests } = scenario;
  const time = new VirtualTime();
  const random = seededRandom(environments);
  const sts = new CountingSts(time);
  const shared = sharing === 'no' ? undefined : sharedStores(time, DYNAMODB_MS, sharing === 'down');
  const fleet = Array.from({ length: environments }, (_, number) =>
    startEnvironment(number, time, sts, shared?.()),
  );
  /** Until when one memory of all would ask no more. */
  const known = new Map<string, number>();
  let [windows, wrong] = [0, 0];
  const free = [...fleet];
  const waiting: ((environment: Environment) => void)[] = [];
  const tenantOf = zipf(TENANTS, random);
  const used = new Set<Environment>();
  const handedOut = new Set<string>();
  let hits = 0;

  const take = (): Environment | Promise<Environment> => {
    if (spread === 'random') return fleet[Math.floor(random() * environments)] as Environment;
    return free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  };
  const give = (environment: Environment) => {
    if (spread === 'random') return;
    const next = waiting.shift();
    if (next) next(environment);
    else free.push(environment);
  };
  const serve = async (application: number, tenant: number) => {
    const request = requestOf(application, tenant);
    const environment = await take();
    used.add(environment);
    const decision: Decision = { operation: 'GetCredentials', requestId: '', startedAt: time.now };
    const { credentials } = await environment.manager.issueCredentials(request, decision);
    handedOut.add(credentials.accessKeyId);
    const accessRole = accessRoleArnOf({ accessRoleName: `App${application}Access` }, deployment);
    const asked = `${accessRole} tenant-${tenant}`;
    wrong += sts.isOf(credentials.accessKeyId, asked, time.now + LEFT_MS) ? 0 : 1;
    if (time.now >= (known.get(asked) ?? 0)) {
      known.set(asked, time.now + WINDOW_MS);
      windows += 1;
    }
    if (decision.cacheHit) hits += 1;
    await time.sleep(REQUEST_MS);
    give(environment);
  };

  const arrivals = Array.from({ length: requests }, () => time.now + random() * HOUR_MS).sort(
    (a, b) => a - b,
  );
  const served: Promise<void>[] = [];
  const run = async () => {
    await Promise.all(fleet.map(({ provider }) => provider.serviceRoleSession()));
    for (const arrivesAt of arrivals) {
      await time.sleep(arrivesAt - time.now);
      served.push(serve(Math.floor(random() * APPLICATIONS), tenantOf()));
    }
  };
  const running = run();
  await time.run();
  await running;
  await Promise.all(served);

  return {
    ...scenario,
    used: used.size,
    serviceRole: sts.serviceRole,
    accessRoles: sts.issued.size,
    wasted: [...sts.issued].filter((accessKeyId) => !handedOut.has(accessKeyId)).length,
    hits,
    joined: requests - hits - sts.issued.size,
    mostInWindow: sts.mostInWindow,
    perWindow: sts.issued.size / windows,
    wrong,
  };
}

const columns: readonly (readonly [heading: string, width: number, cell: (outcome: Outcome) => string])[] = [
  ['environments', 12, ({ environments }) => String(environments)],
  ['spread', 9, ({ spread }) => spread],
  ['shared', 6, ({ sharing }) => sharing],
  ['used', 4, ({ used }) => String(used)],
  ['service role', 12, ({ serviceRole }) => String(serviceRole)],
  ['access roles', 12, ({ accessRoles }) => String(accessRoles)],
  [
    'per 1000',
    8,
    (outcome) => (((outcome.serviceRole + outcome.accessRoles) / outcome.requests) * 1000).toFixed(1),
  ],
  ['hits', 6, ({ hits, requests }) => `${((hits / requests) * 100).toFixed(1)}%`],
  ['joined', 6, ({ joined }) => String(joined)],
  ['wasted', 6, ({ wasted }) => String(wasted)],
  ['per window', 10, ({ perWindow }) => perWindow.toFixed(3)],
  ['in 45 min', 9, ({ mostInWindow }) => String(mostInWindow)],
];

function tableOf(outcomes: readonly Outcome[]): string[] {
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => cell.padStart(columns[index]?.[1] ?? 0)).join('  ');
  return [
    line(columns.map(([heading]) => heading)),
    ...outcomes.map((outcome) => line(columns.map(([, , cell]) => cell(outcome)))),
  ];
}
