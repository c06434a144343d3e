// A dashboard, and the parts that all have in common: alarms and budgets first, the last failures at the end.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  type CfnDashboard,
  Dashboard,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Query, queryNamed } from './saved-queries.ts';
import type { ServiceLevel } from './service-level.ts';
import { graph, runbookRow } from './widgets.ts';

export interface ServiceDashboardProps {
  /** Shown where it is set. */
  readonly runbookUrl: string | undefined;
  /** From what is noticed first down to what it may come from. */
  readonly rows: readonly IWidget[][];
}

export class ServiceDashboard extends Construct {
  /** As CloudWatch has it once the dashboard is there. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { runbookUrl, rows }: ServiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(6),
      widgets: [...runbookRow(runbookUrl), ...rows],
    });
    this.dashboardName = (dashboard.node.defaultChild as CfnDashboard).ref;
  }
}

export interface Watched {
  readonly alarms: readonly IAlarm[];
  readonly serviceLevels: readonly ServiceLevel[];
}

export function alarmsAndBudgets({ alarms, serviceLevels }: Watched): IWidget[] {
  return [
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 8, height: 6 }),
    graph(
      'Burn rate of the error budgets, over 1 hour',
      serviceLevels.map((level) => level.burnRate(Duration.hours(1))),
    ),
  ];
}

type Outcome = 'Allowed' | 'Denied' | 'Failed';

/** How an operation's requests ended. */
export function outcomes(
  title: string,
  metricOf: (outcome: Outcome, options: MetricOptions) => IMetric,
): IWidget {
  const all: readonly Outcome[] = ['Allowed', 'Denied', 'Failed'];
  return graph(
    title,
    all.map((label) => metricOf(label, { label })),
  );
}

/** Of the query `LastFailures`. */
export function lastFailures(logGroup: ILogGroup, queries: readonly Query[]): IWidget {
  return new LogQueryWidget({
    title: 'Last failures',
    logGroupNames: [logGroup.logGroupName],
    queryLines: [...queryNamed(queries, 'LastFailures').commands],
    width: 24,
    height: 6,
  });
}
