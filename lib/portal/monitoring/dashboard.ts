// The portal's dashboard: from what people notice down to what it may come from.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  type CfnDashboard,
  Dashboard,
  type IAlarm,
  type IWidget,
  LogQueryWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { queryNamed } from '../../monitoring/saved-queries.ts';
import type { ServiceLevel } from '../../monitoring/service-level.ts';
import { graph, runbookRow, tableMetrics } from '../../monitoring/widgets.ts';
import type { Gateway } from '../gateway.ts';
import type { State } from '../state.ts';
import { failureCodes, operationMetric, operations, refusals, requests } from './metrics.ts';
import { LATENCY_THRESHOLD_MS } from './objectives.ts';
import { queries } from './saved-queries.ts';

export interface PortalDashboardProps {
  readonly alarms: readonly IAlarm[];
  readonly serviceLevels: readonly ServiceLevel[];
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

export class PortalDashboard extends Construct {
  /** As CloudWatch has it once the dashboard is there. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: PortalDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(6),
      widgets: [
        ...runbookRow(props.runbookUrl),
        serviceLevelRow(props),
        requestRow(),
        denialRow(),
        ...capacityRows(props),
      ],
    });
    this.dashboardName = (dashboard.node.defaultChild as CfnDashboard).ref;
  }
}

function serviceLevelRow({ alarms, serviceLevels }: PortalDashboardProps): IWidget[] {
  return [
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 8, height: 6 }),
    graph(
      'Burn rate of the error budgets, over 1 hour',
      serviceLevels.map((level) => level.burnRate(Duration.hours(1))),
    ),
    graph('Consoles', [
      operationMetric('Allowed', 'OpenConsole', { label: 'Allowed' }),
      operationMetric('Denied', 'OpenConsole', { label: 'Denied' }),
      operationMetric('Failed', 'OpenConsole', { label: 'Failed' }),
    ]),
  ];
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

function capacityRows({ handler, gateway, state }: PortalDashboardProps): IWidget[][] {
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
    [
      new LogQueryWidget({
        title: 'Last failures',
        logGroupNames: [handler.logGroup.logGroupName],
        queryLines: [...queryNamed(queries, 'LastFailures').commands],
        width: 24,
        height: 6,
      }),
    ],
  ];
}
