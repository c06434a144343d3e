// What a month of the broker costs: prices, assumptions and the arithmetic between them.
import { errorTable } from '../service/error-table.ts';
import { jwksProblems } from '../service/tokens/jwks-problem.ts';

const MILLION = 1_000_000;
const BYTES_PER_GB = 1_000_000_000;
const SECONDS = 730 * 3_600;

/** US dollars, us-east-1, list price, no free tier. docs/cost.md says where each comes from. */
export const prices = {
  provisionedConcurrencyGbSecond: 0.0000033334,
  provisionedDurationGbSecond: 0.0000077778,
  functionRequests: 0.2 / MILLION,
  httpApiRequests: [
    { upTo: 300 * MILLION, price: 1 / MILLION },
    { upTo: Number.POSITIVE_INFINITY, price: 0.9 / MILLION },
  ],
  readUnits: 0.125 / MILLION,
  writeUnits: 0.625 / MILLION,
  logGb: 0.5,
  logGbMonth: 0.03,
  customMetricMonth: 0.3,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  traces: 5 / MILLION,
  kmsKeyMonth: 1,
  kmsRequests: 3 / MILLION,
  hostedZoneMonth: 0.5,
  transferGb: 0.09,
} as const;

export interface Workload {
  readonly requests: number;
  /** Most requests in a second, as a multiple of the mean. */
  readonly peakFactor: number;
  readonly applications: number;
  readonly memoryGb: number;
  /** Mean over hits and misses. */
  readonly billedDurationMs: number;
  /** A warm execution environment of the alias takes ten requests a second: Lambda's quota. */
  readonly requestsPerEnvironment: number;
  readonly cachedForSeconds: number;
  /** bench/usage-plans.ts: 1 where an application asks less than once a lease, 0.3 on a plan of 10 a second. */
  readonly writesPerRequest: number;
  /** One line of the function, with the metrics in it. */
  readonly functionLogBytes: number;
  /** START, END and REPORT. */
  readonly platformLogBytes: number;
  readonly accessLogBytes: number;
  readonly retentionMonths: number;
  /** As test/stack/monitoring.test.ts counts them in the template. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  /** X-Ray's default rule: one trace a second, and this share of the rest. */
  readonly sampledShare: number;
  readonly answerBytes: number;
}

export const assumptions: Omit<Workload, 'requests' | 'writesPerRequest'> = {
  peakFactor: 4,
  applications: 20,
  memoryGb: 1,
  billedDurationMs: 10,
  requestsPerEnvironment: 10,
  cachedForSeconds: 30,
  functionLogBytes: 900,
  platformLogBytes: 300,
  accessLogBytes: 450,
  retentionMonths: 1,
  alarmMetrics: 61,
  compositeAlarms: 6,
  sampledShare: 0.05,
  answerBytes: 2_000,
};

export const workloads: readonly Workload[] = [
  { ...assumptions, requests: 0, writesPerRequest: 0 },
  { ...assumptions, requests: MILLION, writesPerRequest: 1 },
  { ...assumptions, requests: 1_000 * MILLION, writesPerRequest: 0.3 },
];

export interface CostLine {
  readonly service: string;
  /** In words, as the page shows it. */
  readonly formula: string;
  readonly cost: (workload: Workload) => number;
}

/** Execution environments that are provisioned for the peak, one at least. */
export function environmentsOf({ requests, peakFactor, requestsPerEnvironment }: Workload): number {
  return Math.max(1, Math.ceil(((requests / SECONDS) * peakFactor) / requestsPerEnvironment));
}

/**
 * Of `operation` and metric, of each code, of each problem of a JWK set, of the fallback, and what the gateway throttles; CacheHit is of GetCredentials
 * only, RegistrationChanges of the three operations that write.
 */
export const customMetrics =
  5 * 4 + 1 + 3 + Object.keys(errorTable).length + Object.keys(jwksProblems).length + 2 + 1 + 1;

export const costLines: readonly CostLine[] = [
  {
    service: 'Lambda, provisioned concurrency',
    formula: 'environments × memory × seconds of the month',
    cost: (workload) =>
      environmentsOf(workload) * workload.memoryGb * SECONDS * prices.provisionedConcurrencyGbSecond,
  },
  {
    service: 'Lambda, duration',
    formula: 'requests × billed duration × memory',
    cost: ({ requests, billedDurationMs, memoryGb }) =>
      requests * (billedDurationMs / 1_000) * memoryGb * prices.provisionedDurationGbSecond,
  },
  {
    service: 'Lambda, requests',
    formula: 'requests',
    cost: ({ requests }) => requests * prices.functionRequests,
  },
  {
    service: 'HTTP API',
    formula: 'requests, in tiers',
    cost: ({ requests }) => tiered(requests, prices.httpApiRequests),
  },
  {
    service: 'DynamoDB, reads',
    formula: 'one for each application, environment and 30 s; at most one a request',
    cost: (workload) => registrationReads(workload) * prices.readUnits,
  },
  {
    service: 'DynamoDB, writes',
    formula: 'requests × leases a request',
    cost: ({ requests, writesPerRequest }) => requests * writesPerRequest * prices.writeUnits,
  },
  {
    service: 'CloudWatch Logs, ingestion',
    formula: 'requests × bytes of the function’s, the platform’s and the gateway’s lines',
    cost: (workload) => logGb(workload) * prices.logGb,
  },
  {
    service: 'CloudWatch Logs, storage',
    formula: 'the same × months of retention, uncompressed',
    cost: (workload) => logGb(workload) * workload.retentionMonths * prices.logGbMonth,
  },
  {
    service: 'CloudWatch, custom metrics',
    formula: `${customMetrics} metrics, if every operation and every code occurs`,
    cost: ({ requests }) => (requests > 0 ? customMetrics * prices.customMetricMonth : 0),
  },
  {
    service: 'CloudWatch, alarms and dashboard',
    formula: 'metrics in alarms, composite alarms, and one dashboard',
    cost: ({ alarmMetrics, compositeAlarms }) =>
      alarmMetrics * prices.alarmMetricMonth +
      compositeAlarms * prices.compositeAlarmMonth +
      prices.dashboardMonth,
  },
  {
    service: 'X-Ray',
    formula: 'one trace a second, and 5% of the requests beyond',
    cost: (workload) => traces(workload) * prices.traces,
  },
  {
    service: 'Route 53',
    formula: 'the hosted zone; queries of alias records taken as free',
    cost: () => prices.hostedZoneMonth,
  },
  {
    service: 'Data transfer out',
    formula: 'requests × bytes of the answer, were every caller outside AWS',
    cost: ({ requests, answerBytes }) => ((requests * answerBytes) / BYTES_PER_GB) * prices.transferGb,
  },
];

export function totalOf(workload: Workload): number {
  return costLines.reduce((sum, { cost }) => sum + cost(workload), 0);
}

/** Requests a second that a route of `/credentials` takes: the default of `throttleRateLimit`. */
export const routeThrottle = 2_200;

/** What grows with requests that a usage plan refuses. */
const floodServices = [
  'Lambda, duration',
  'Lambda, requests',
  'HTTP API',
  'CloudWatch Logs, ingestion',
  'X-Ray',
];

/** An hour of so many requests a second, besides ten million others in the month. */
export function floodCost(requestsPerSecond: number): number {
  const usual: Workload = { ...assumptions, requests: 10 * MILLION, writesPerRequest: 1 };
  const flooded = { ...usual, requests: usual.requests + requestsPerSecond * 3_600 };
  return costLines
    .filter(({ service }) => floodServices.includes(service))
    .reduce((sum, { cost }) => sum + cost(flooded) - cost(usual), 0);
}

function registrationReads(workload: Workload): number {
  const { requests, applications, cachedForSeconds } = workload;
  return Math.min(requests, applications * environmentsOf(workload) * (SECONDS / cachedForSeconds));
}

function logGb({ requests, functionLogBytes, platformLogBytes, accessLogBytes }: Workload): number {
  return (requests * (functionLogBytes + platformLogBytes + accessLogBytes)) / BYTES_PER_GB;
}

function traces({ requests, sampledShare }: Workload): number {
  const reserved = Math.min(requests, SECONDS);
  return reserved + (requests - reserved) * sampledShare;
}

function tiered(amount: number, tiers: readonly { upTo: number; price: number }[]): number {
  let from = 0;
  let cost = 0;
  for (const { upTo, price } of tiers) {
    cost += Math.max(0, Math.min(amount, upTo) - from) * price;
    from = upTo;
  }
  return cost;
}

/** Of a month in which every environment meets every tenant in each 45 minutes: the most that sharing sessions can cost. */
export interface Sharing {
  readonly environments: number;
  /** Pairs of an application and a tenant. */
  readonly tenants: number;
}

/** Minutes that one session serves. */
const SHARED_MINUTES = 45;
/** Of an item of 2 KB: it is read once, consistently; whoever finds none leases it and writes it. */
const READS_A_MEETING = 1;
const WRITES_A_SESSION = 4;

/** US dollars a month. */
export function sharedSessionsCost({ environments, tenants }: Sharing): number {
  const sessions = (tenants * SECONDS) / (SHARED_MINUTES * 60);
  const hours = SECONDS / 3_600;
  return (
    prices.kmsKeyMonth +
    environments * hours * prices.kmsRequests +
    environments * sessions * READS_A_MEETING * prices.readUnits +
    sessions * WRITES_A_SESSION * prices.writeUnits
  );
}

/** Calls of STS a second, on average: of the broker without the setting, and with it. */
export function stsCallsASecond({ environments, tenants }: Sharing): { alone: number; shared: number } {
  const shared = tenants / (SHARED_MINUTES * 60);
  return { alone: environments * shared, shared };
}
