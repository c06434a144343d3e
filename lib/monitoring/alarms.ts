// Alarms: what each has in common with the others, and the alarm on a count within a period.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type MathExpressionOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** `page`: somebody looks now, whatever the hour. `ticket`: within the working day. */
export type Urgency = 'page' | 'ticket';

/** What a person reads who gets the alarm; its entry in the runbook is the heading of the same name. */
export interface Notice {
  readonly urgency: Urgency;
  /** One sentence: what is the matter. */
  readonly meaning: string;
}

/** Who hears of an alarm, and where they read on. */
export interface OnCall {
  /** ARNs of SNS topics. */
  readonly alarmTargets: readonly string[];
  /** Where the runbook can be read; without one it is named by its path in the project. */
  readonly runbookUrl?: string | undefined;
}

/** Unique in the account, as CloudWatch asks; starts with the stack's name. */
export function alarmName(scope: Construct, name: string): string {
  return `${Stack.of(scope).stackName}-${name}`;
}

export function alarmDescription(
  entry: string,
  { urgency, meaning }: Notice,
  { runbookUrl = 'docs/runbook.md' }: OnCall,
): string {
  return `${meaning} Urgency: ${urgency}. Runbook: ${runbookUrl}#${entry.toLowerCase()}`;
}

/** Tells the SNS topics when the alarm begins and when it ends. */
export function notify(alarm: AlarmBase, { alarmTargets }: OnCall): void {
  const actions = alarmTargets.map((alarmActionArn) => ({ bind: () => ({ alarmActionArn }) }));
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
}

export interface CountAlarmProps extends Notice {
  /** Heading of its entry in the runbook, and last part of the alarm's name. */
  readonly name: string;
  /** Added up. */
  readonly counts: readonly IMetric[];
  /** Taken away from the sum. */
  readonly less?: readonly IMetric[];
  /** The count in one period that is too many. */
  readonly atLeast: number;
  /** Default 5. */
  readonly periodMinutes?: number;
  /** How many periods out of how many must have too many. Default `[1, 1]`. */
  readonly periods?: readonly [tooMany: number, outOf: number];
  readonly onCall: OnCall;
}

/** Raised by too many of something within a period; no data means that nothing was counted. */
export class CountAlarm extends Alarm {
  constructor(scope: Construct, { name, counts, less = [], atLeast, onCall, ...props }: CountAlarmProps) {
    const { periodMinutes = 5, periods = [1, 1] } = props;
    super(scope, name, {
      alarmName: alarmName(scope, name),
      alarmDescription: alarmDescription(name, props, onCall),
      metric: sum(counts, less, { label: name, period: Duration.minutes(periodMinutes) }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: atLeast,
      datapointsToAlarm: periods[0],
      evaluationPeriods: periods[1],
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    notify(this, onCall);
  }
}

/**
 * The sum of counters, each of which is silent while it has nothing to count.
 *
 * Filled with zeros: an alarm that meets gaps looks further back, at counts that are long over.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function sum(
  counts: readonly IMetric[],
  less: readonly IMetric[],
  options: MathExpressionOptions,
): MathExpression {
  const filled = (id: string) => (_: IMetric, index: number) => `FILL(${id}${index}, 0)`;
  const added = counts.map(filled('m')).join(' + ');
  const taken = less.map(filled('s')).map((term) => ` - ${term}`);
  return new MathExpression({
    expression: added + taken.join(''),
    usingMetrics: Object.fromEntries([
      ...counts.map((metric, index) => [`m${index}`, metric]),
      ...less.map((metric, index) => [`s${index}`, metric]),
    ]),
    ...options,
  });
}
