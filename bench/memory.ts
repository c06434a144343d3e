// What does an execution environment occupy, at its first answer and once warm, beside a broker that keeps nothing?
import { credentialsEvent } from './measured/requests.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown, stated } from './question.ts';
import { bundleStraightforward, medianOf, STRAIGHTFORWARD, withBothSides } from './support/both-sides.ts';
import { type ExecutionEnvironment, figuresOf, serveFirst } from './support/execution-environment.ts';
import { median, type Times } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { aboveNode } from './support/starts.ts';
import { generateTenantKey, signTenantToken } from './support/token-file.ts';
import { ratio } from './support/verdict.ts';

interface Extent {
  /** Environments of each kind that answer once. */
  readonly starts: number;
  /** Environments of each kind that get warm. */
  readonly warmed: number;
  readonly tenants: number;
  /** Requests to the straightforward broker, which keeps nothing of a tenant. */
  readonly straightforwardRequests: number;
}

const extents: Record<Form, Extent> = {
  full: { starts: 11, warmed: 3, tenants: 10_000, straightforwardRequests: 10_000 },
  quick: { starts: 5, warmed: 2, tenants: 10_000, straightforwardRequests: 1_500 },
  smoke: { starts: 1, warmed: 1, tenants: 10, straightforwardRequests: 10 },
};

const APPLICATIONS = 10;
const MOST_ABOVE_NODE_MB = 20;
const MOST_TIMES = 1.5;
const MB = 1024 * 1024;

export const memory: Question = {
  name: 'memory',
  title: 'What an execution environment occupies, at its first answer and once warm (RSS)',
  async ask(conditions: Conditions): Promise<Answer> {
    const extent = extents[conditions.form];
    const first = await atFirstAnswer(conditions, extent.starts);
    const above = aboveNode(first);
    const warm = await onceWarm(conditions, extent);
    return {
      findings: [
        atMost('at the first answer, above bare node', medianOf(above, 'ours'), MOST_ABOVE_NODE_MB, 'MB'),
        stated('the same, provisioned', medianOf(above, 'provisioned'), 'MB'),
        atMost(
          `warm, ${extent.tenants} tenants: ${shown(medianOf(warm, 'ours'))} MB`,
          ratio(warm, 'ours', STRAIGHTFORWARD),
          MOST_TIMES,
          '× straightforward',
        ),
      ],
      details: [
        `at the first answer: ${shownMb(first)}`,
        `once warm: ${shownMb(warm)}; ours after ${extent.tenants} tenants, straightforward after ${extent.straightforwardRequests} requests`,
        'median of the last tenth of the answers, nothing collected on purpose; Node’s own defaults for its heap',
      ],
      compared: [
        rowOf('Memory at the first answer', first),
        rowOf(`Memory, warm, ${extent.tenants.toLocaleString('en')} tenants`, warm),
      ],
      raw: { first, warm },
    };
  },
};

async function atFirstAnswer({ deployed }: Conditions, starts: number): Promise<Times> {
  const { path: straightforward } = await bundleStraightforward(deployed);
  const key = generateTenantKey();
  const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
  const variables = { ...deployed.variables, ...standIns.variables };
  const onDemand = { ...variables, AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
  const event = credentialsEvent(signTenantToken(key, 0));
  try {
    const served = await serveFirst(
      {
        node: { variables, event },
        [STRAIGHTFORWARD]: { module: straightforward, variables, event },
        ours: { module: deployed.bundlePath, variables: onDemand, event },
        provisioned: { module: deployed.bundlePath, variables, event },
      },
      starts,
    );
    return figuresOf(served, ({ rss }) => rss / MB);
  } finally {
    await standIns.stop();
  }
}

async function onceWarm({ deployed }: Conditions, extent: Extent): Promise<Times> {
  const { warmed, tenants, straightforwardRequests } = extent;
  const key = generateTenantKey();
  const eventOf = (tenant: number) =>
    credentialsEvent(signTenantToken(key, tenant), `App${tenant % APPLICATIONS}`);
  const amounts = { ours: tenants, [STRAIGHTFORWARD]: straightforwardRequests };
  const times: Times = { ours: [], [STRAIGHTFORWARD]: [] };
  for (let round = 0; round < warmed; round += 1) {
    await withBothSides(deployed, { latencies: { latencyMs: 0 }, jwks: key.jwks }, ({ environments }) =>
      // At once: it is not time that is measured.
      Promise.all(
        Object.entries(amounts).map(async ([name, amount]) => {
          times[name]?.push(await rssAfter(environments[name] as ExecutionEnvironment, amount, eventOf));
        }),
      ),
    );
  }
  return times;
}

/** Megabytes, of the last tenth of so many answers. */
async function rssAfter(
  environment: ExecutionEnvironment,
  amount: number,
  eventOf: (tenant: number) => unknown,
): Promise<number> {
  const all: number[] = [];
  for (let tenant = 0; tenant < amount; tenant += 1)
    all.push((await environment.serve(eventOf(tenant))).rss / MB);
  return median(all.slice(-Math.ceil(amount / 10)));
}

function rowOf(what: string, times: Times) {
  return {
    what,
    unit: 'MB',
    ours: medianOf(times, 'ours'),
    straightforward: medianOf(times, STRAIGHTFORWARD),
  };
}

function shownMb(times: Times): string {
  return Object.keys(times)
    .map((name) => `${name} ${shown(medianOf(times, name))} MB`)
    .join(', ');
}
