// The dashboard: from what users notice down to what it may come from.
import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  alarmsAndBudgets,
  lastFailures,
  outcomes,
  ServiceDashboard,
  type Watched,
} from '../../monitoring/dashboard.ts';
import { graph, tableMetrics } from '../../monitoring/widgets.ts';
import type { AccessMetadata } from '../access-metadata.ts';
import type { CredentialsManager } from '../credentials-manager.ts';
import type { Gateway } from '../gateway.ts';
import type { SharedSessions } from '../shared-sessions.ts';
import type { UsagePlans } from '../usage-plans.ts';
import {
  dataAccessOperations,
  failureCodesOf,
  jwkSetProblems,
  jwksProblems,
  operationMetric,
  operations,
  refusals,
  registrationChanges,
  registrationWrites,
  requests,
  sharedSessionsFallback,
  throttled,
  usagePlanFallback,
} from './metrics.ts';
import { LATENCY_THRESHOLD_MS } from './objectives.ts';
import { queries } from './saved-queries.ts';

export interface BrokerDashboardProps extends Watched {
  readonly credentialsManager: CredentialsManager;
  readonly gateway: Gateway;
  readonly accessMetadata: AccessMetadata;
  readonly usagePlans: UsagePlans;
  readonly sharedSessions: SharedSessions | undefined;
  /** Of data access there is more to see where there is some. */
  readonly settings: { readonly dataAccess?: object | undefined };
  /** Shown where it is set. */
  readonly runbookUrl: string | undefined;
}

/** Denials by what they say about the caller; the codes stand in docs/errors.md. */
const tokenDenials = [
  'TokenExpired',
  'TokenKeyNotFound',
  'TokenSignatureInvalid',
  'TokenAlgorithmNotAllowed',
  'TokenIssuerMismatch',
  'TokenAudienceMismatch',
  'ClaimMissing',
  'ClaimNotAllowed',
];
const roleDenials = [
  'AccessRoleClaimed',
  'AccessRoleNotAssumable',
  'AccessRoleNotShared',
  'AccessRoleRecreated',
  'ApplicationRoleRecreated',
  'CallerNotAllowed',
  'NotARegistrar',
  'TrustNotPinned',
  'TooManyRequests',
];

const dataDenials = [
  'TargetInvalid',
  'TargetOutsideTenant',
  'GrantDenied',
  'GrantNotOfUser',
  'TokenAlreadyExchanged',
  'UserNotInDirectory',
  'IdentityContextRefused',
];

export class BrokerDashboard extends ServiceDashboard {
  constructor(scope: Construct, id: string, { runbookUrl, ...props }: BrokerDashboardProps) {
    const requestsForCredentials = outcomes('Requests for credentials', (outcome, options) =>
      operationMetric(outcome, 'GetCredentials', options),
    );
    super(scope, id, {
      runbookUrl,
      rows: [
        [...alarmsAndBudgets(props), requestsForCredentials],
        requestRow(props),
        failureRow(props),
        denialRow(props),
        ...capacityRows(props),
      ],
    });
  }
}

function requestRow({ settings }: Pick<BrokerDashboardProps, 'settings'>): IWidget[] {
  const shown = settings.dataAccess ? [...operations, ...dataAccessOperations] : operations;
  const duration = (statistic: string, label: string) =>
    operationMetric('Duration', 'GetCredentials', { statistic, label });
  return [
    graph('Duration of requests for credentials, ms', [
      duration(Stats.p(50), 'p50'),
      duration(Stats.p(99), 'p99'),
      duration(Stats.p(99.9), 'p99.9'),
    ]),
    graph('Share of requests, %', [
      duration(Stats.percentileRank(LATENCY_THRESHOLD_MS), `within ${LATENCY_THRESHOLD_MS} ms`),
    ]),
    graph('Requests by operation, and cache hits', [
      ...shown.map((operation) => requests(operation, { label: operation })),
      operationMetric('CacheHit', 'GetCredentials', { label: 'GetCredentials from the cache' }),
    ]),
  ];
}

function failureRow({
  settings,
  sharedSessions,
}: Pick<BrokerDashboardProps, 'settings' | 'sharedSessions'>): IWidget[] {
  return [
    graph(
      'Failures by code',
      failureCodesOf(settings).map((code) => refusals(code, { label: code })),
    ),
    graph('Dependencies that throttle or fail', [
      throttled('StsUnavailable', { label: 'STS throttles' }),
      throttled('AccessMetadataUnavailable', { label: 'DynamoDB throttles registrations' }),
      usagePlanFallback({ label: 'Usage plans kept by environments alone' }),
      ...(sharedSessions ? [sharedSessionsFallback({ label: 'Sessions shared by nobody' })] : []),
    ]),
    graph(
      'JWK sets that cannot be used',
      jwksProblems.map((problem) => jwkSetProblems(problem, { label: problem })),
    ),
  ];
}

function denialRow({ settings }: Pick<BrokerDashboardProps, 'settings'>): IWidget[] {
  const byCode = (codes: readonly string[]) => codes.map((code) => refusals(code, { label: code }));
  return [
    graph('Denials of tokens', byCode(tokenDenials)),
    graph('Denials of callers', byCode(roleDenials)),
    ...(settings.dataAccess ? [graph('Denials of data', byCode(dataDenials))] : []),
    graph(
      'Changes of registrations',
      registrationWrites.map((operation) => registrationChanges(operation, { label: operation })),
    ),
  ];
}

function capacityRows({
  credentialsManager,
  gateway,
  ...tables
}: Omit<BrokerDashboardProps, 'runbookUrl'>): IWidget[][] {
  const { alias } = credentialsManager;
  const { stage } = gateway;
  const maximum = { statistic: Stats.MAXIMUM };
  return [
    [
      graph('Execution environments', [
        alias.metric('ConcurrentExecutions', maximum),
        alias.metric('ProvisionedConcurrentExecutions', maximum),
        alias.metric('ProvisionedConcurrencySpilloverInvocations', { statistic: Stats.SUM }),
      ]),
      graph('Share of provisioned concurrency in use', [
        alias.metric('ProvisionedConcurrencyUtilization', maximum),
      ]),
      graph('Function', [alias.metricInvocations(), alias.metricErrors(), alias.metricThrottles()]),
    ],
    [
      graph('Gateway', [
        stage.metricCount(),
        stage.metricClientError(),
        stage.metricServerError(),
        gateway.throttled,
      ]),
      graph('Latency of the gateway, ms', [
        stage.metricLatency({ statistic: Stats.p(99), label: 'p99' }),
        stage.metricIntegrationLatency({ statistic: Stats.p(99), label: 'p99 of the function' }),
      ]),
      graph('Tables, capacity units', [
        ...tableMetrics('Registrations', tables.accessMetadata.tableName),
        ...tableMetrics('Usage plans', tables.usagePlans.tableName),
        ...(tables.sharedSessions ? tableMetrics('Shared sessions', tables.sharedSessions.tableName) : []),
      ]),
    ],
    [lastFailures(credentialsManager.function.logGroup, queries)],
  ];
}
