// How often is STS called, on fleets of execution environments over an hour of virtual time?
import type { AssumeRoleCommand, AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Decision } from '../service/audit/audit.ts';
import { CredentialsManager } from '../service/broker/credentials-manager.ts';
import type { BrokerRequest } from '../service/broker/request.ts';
import { AccessMetadata } from '../service/registrations/access-metadata.ts';
import { itemOf } from '../service/registrations/stored-registration.ts';
import { TemporaryCredentialsProvider } from '../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../service/sessions/trust-probe.ts';
import { JwkSets } from '../service/tokens/jwk-sets.ts';
import { TokenVerifier } from '../service/tokens/token-verifier.ts';
import { UsagePlans } from '../service/usage-plans/usage-plans.ts';
import { callerNamed, deployment, iamOf, roleIdOf } from '../test/support/callers.ts';
import { MemoryCellRates } from '../test/support/memory-cell-rates.ts';
import { storedWith } from '../test/support/registrations.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { VirtualTime } from '../test/support/virtual-time.ts';
import { type Answer, atMost, type Conditions, type Form, type Question } from './question.ts';
import { zipf } from './support/zipf.ts';

const APPLICATIONS = 10;
const TENANTS = 1_000;
const HOUR_MS = 60 * 60_000;
const WINDOW_MS = 45 * 60_000;
const fleets = [1, 10, 100];

/** Milliseconds of virtual time: a call of STS there and back, one of DynamoDB, and what else a request takes. */
const STS_MS = 20;
const DYNAMODB_MS = 4;
const REQUEST_MS = 2;

/**
 * Which environment gets a request: as Lambda does it, one that is free, the one used last first; or any, free or
 * not, where requests overlap in an environment and a hit is least likely.
 */
type Spread = 'last used' | 'random';

interface Scenario {
  readonly environments: number;
  readonly spread: Spread;
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
        outcomes.push(await simulate({ environments, spread, requests }));
      }
    }
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
  const { environments, spread, requests } = scenario;
  const time = new VirtualTime();
  const random = seededRandom(environments);
  const sts = new CountingSts(time);
  const fleet = Array.from({ length: environments }, (_, number) => startEnvironment(number, time, sts));
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
  const serve = async (request: BrokerRequest) => {
    const environment = await take();
    used.add(environment);
    const decision: Decision = { operation: 'GetCredentials', requestId: '', startedAt: time.now };
    const { credentials } = await environment.manager.issueCredentials(request, decision);
    handedOut.add(credentials.accessKeyId);
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
      served.push(serve(requestOf(Math.floor(random() * APPLICATIONS), tenantOf())));
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
  };
}

/** STS as it answers: sessions that expire on a whole second. */
class CountingSts {
  serviceRole = 0;
  /** Access key ids of the sessions of access roles. */
  readonly issued = new Set<string>();
  mostInWindow = 0;
  /** When each environment asked for each session, of late. */
  readonly #asked = new Map<string, number[]>();

  constructor(private readonly time: VirtualTime) {}

  clientOf(environment: number): STSClient {
    return {
      send: ({ input }: AssumeRoleCommand) => this.#assumeRole(environment, input),
    } as unknown as STSClient;
  }

  async #assumeRole(environment: number, { RoleArn, DurationSeconds = 0, Tags }: AssumeRoleCommandInput) {
    const isServiceRole = RoleArn === deployment.serviceRoleArn;
    if (isServiceRole) this.serviceRole += 1;
    else this.#remember(`${environment} ${RoleArn} ${Tags?.[0]?.Value}`);
    await this.time.sleep(STS_MS / 2);
    const AccessKeyId = `ASIA${isServiceRole ? 'SERVICE' : this.issued.size}`;
    if (!isServiceRole) this.issued.add(AccessKeyId);
    const Expiration = new Date(Math.floor(this.time.now / 1000 + DurationSeconds) * 1000);
    await this.time.sleep(STS_MS / 2);
    const roleId = roleIdOf(RoleArn?.slice(RoleArn.lastIndexOf('/') + 1) ?? '');
    return {
      Credentials: { AccessKeyId, SecretAccessKey: 'secret', SessionToken: 'token', Expiration },
      AssumedRoleUser: { AssumedRoleId: `${roleId}:session`, Arn: RoleArn },
    };
  }

  #remember(session: string): void {
    const { now } = this.time;
    const inWindow = (this.#asked.get(session) ?? []).filter((at) => at > now - WINDOW_MS);
    inWindow.push(now);
    this.#asked.set(session, inWindow);
    this.mostInWindow = Math.max(this.mostInWindow, inWindow.length);
  }
}

interface Environment {
  readonly manager: CredentialsManager;
  readonly provider: TemporaryCredentialsProvider;
}

/** The parts of the function, but for the audit record and the verification of signatures: neither calls STS. */
function startEnvironment(number: number, time: VirtualTime, sts: CountingSts): Environment {
  const now = () => time.now;
  const provider = new TemporaryCredentialsProvider({
    ...deployment,
    createClient: () => sts.clientOf(number),
    now,
  });
  const jwkSets = new JwkSets(raise, [], now);
  const manager = new CredentialsManager({
    deployment: {
      ...deployment,
      jwksHosts: [],
      requirePinnedTrust: false,
      requireIssuer: false,
      requireAudience: false,
      registrars: [],
    },
    usagePlans: new UsagePlans(
      { default: amplePlan, registration: amplePlan, applications: {} },
      { cellRates: new MemoryCellRates(), now, random: () => 0.5, onFailure: raise },
    ),
    accessMetadata: new AccessMetadata(registrationsOf(time), 'AccessMetadata', now),
    jwkSets,
    tokenVerifier: new TrustingVerifier(jwkSets, now),
    provider,
    trustProbe: new TrustProbe(provider, deployment),
  });
  return { manager, provider };
}

const amplePlan = { rateLimit: 10_000, burstLimit: 50_000 };

/** The table, in which every application is registered with an access role of its own. */
function registrationsOf(time: VirtualTime): DynamoDBDocumentClient {
  const send = async ({ input }: { input: { Key: { ApplicationName: string } } }) => {
    await time.sleep(DYNAMODB_MS);
    const { ApplicationName } = input.Key;
    const accessRoleName = `${ApplicationName}Access`;
    return { Item: itemOf(storedWith({ ...callerNamed(ApplicationName), accessRoleName })) };
  };
  return { send } as unknown as DynamoDBDocumentClient;
}

/** Takes a tenant's name for its token. */
class TrustingVerifier extends TokenVerifier {
  override async verify(token: string) {
    return { claims: { 'custom:tenant_id': token }, identity: {} };
  }
}

function requestOf(application: number, tenant: number): BrokerRequest {
  return {
    requestId: '',
    method: 'GET',
    path: '/credentials',
    query: { jwt: `tenant-${tenant}` },
    body: undefined,
    iam: iamOf(callerNamed(`App${application}`)),
  };
}

function raise(error: unknown): never {
  throw error;
}

const columns: readonly (readonly [heading: string, width: number, cell: (outcome: Outcome) => string])[] = [
  ['environments', 12, ({ environments }) => String(environments)],
  ['spread', 9, ({ spread }) => spread],
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
