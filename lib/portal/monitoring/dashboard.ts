// The portal's dashboard: from what people notice down to what it may come from.
import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  alarmsAndBudgets,
  lastFailures,
  outcomes,
  ServiceDashboard,
  type Watched,
} from '../../monitoring/dashboard.ts';
import { graph, tableMetrics } from '../../monitoring/widgets.ts';
import type { Gateway } from '../gateway.ts';
import type { State } from '../state.ts';
import { failureCodes, operationMetric, operations, refusals, requests } from './metrics.ts';
import { LATENCY_THRESHOLD_MS } from './objectives.ts';
import { queries } from './saved-queries.ts';

export interface PortalDashboardProps extends Watched {
  readonly handler: LambdaFunction;
  readonly gateway: Gateway;
  readonly state: State;
  /** Shown where it is set. */
  readonly runbookUrl: string | undefined;
}

/** Denials by what they say of the user, of the answer to a sign-in, and of the target. */
const userDenials = ['NotInGroup', 'GroupsLeftOut', 'TargetNotFound', 'NotSignedIn', 'CrossSite'];
const signInDenials = [
  'SignInNotBegun',
  'SignatureInvalid',
  'ResponseExpired',
  'RequestMismatch',
  'ResponseUsed',
];
const targetDenials = ['TrustMissing', 'IdentityProviderMissing', 'DurationAboveMaximum'];

export class PortalDashboard extends ServiceDashboard {
  constructor(scope: Construct, id: string, { runbookUrl, ...props }: PortalDashboardProps) {
    const consoles = outcomes('Consoles', (outcome, options) =>
      operationMetric(outcome, 'OpenConsole', options),
    );
    super(scope, id, {
      runbookUrl,
      rows: [[...alarmsAndBudgets(props), consoles], requestRow(), denialRow(), ...capacityRows(props)],
    });
  }
}

function requestRow(): IWidget[] {
  const duration = (statistic: string, label: string) =>
    operationMetric('Duration', 'OpenConsole', { statistic, label });
  return [
    graph('Requests by operation', [
      ...operations.map((operation) => requests(operation, { label: operation })),
    ]),
    graph('Duration of opening a console, ms', [
      duration(Stats.p(50), 'p50'),
      duration(Stats.p(99), 'p99'),
      operationMetric('Duration', 'SignIn', { statistic: Stats.p(99), label: 'p99 of a sign-in' }),
    ]),
    graph('Share of consoles, %', [
      duration(Stats.percentileRank(LATENCY_THRESHOLD_MS), `within ${LATENCY_THRESHOLD_MS} ms`),
    ]),
  ];
}

function denialRow(): IWidget[] {
  const byCode = (codes: readonly string[]) => codes.map((code) => refusals(code, { label: code }));
  return [
    graph('Failures by code', byCode(failureCodes)),
    graph('Denials of users and of sign-ins', byCode([...userDenials, ...signInDenials])),
    graph('Targets that do not let the portal in', byCode(targetDenials)),
  ];
}

function capacityRows({ handler, gateway, state }: Omit<PortalDashboardProps, 'runbookUrl'>): IWidget[][] {
  const { stage } = gateway;
  return [
    [
      graph('Function', [handler.metricInvocations(), handler.metricErrors(), handler.metricThrottles()]),
      graph('Gateway', [
        stage.metricCount(),
        stage.metricClientError(),
        stage.metricServerError(),
        gateway.throttled,
      ]),
      graph('Tables, capacity units', [
        ...tableMetrics('Sessions', state.sessionsTableName),
        ...tableMetrics('Sign-ins', state.signInsTableName),
        ...tableMetrics('Users', state.usersTableName),
      ]),
    ],
    [lastFailures(handler.logGroup, queries)],
  ];
}
