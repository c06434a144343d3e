// The alarms and the dashboard of a template, read as CloudWatch would read them.
import type { Template } from 'aws-cdk-lib/assertions';
import { metricKey } from '../support/emitted-metrics.ts';

export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: string[];
  readonly OKActions?: string[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly DatapointsToAlarm?: number;
  readonly EvaluationPeriods: number;
  readonly Metrics: readonly MetricDataQuery[];
}

interface MetricDataQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

type Resources<Properties> = Record<string, { Properties: Properties }>;

/** Name after the stack's → properties. */
export function alarmsOf(template: Template): Map<string, AlarmProperties> {
  const resources = Object.values(
    template.findResources('AWS::CloudWatch::Alarm') as Resources<AlarmProperties>,
  );
  return new Map(resources.map(({ Properties }) => [shortName(Properties.AlarmName), Properties]));
}

export interface CompositeAlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: string[];
  readonly OKActions?: string[];
  /** With each alarm by its logical id. */
  readonly AlarmRule: string;
}

export function compositeAlarmsOf(template: Template): Map<string, CompositeAlarmProperties> {
  const resources = Object.values(
    template.findResources('AWS::CloudWatch::CompositeAlarm') as Resources<CompositeAlarmProperties>,
  );
  return new Map(
    resources.map(({ Properties }) => [
      shortName(Properties.AlarmName),
      { ...Properties, AlarmRule: joined(Properties.AlarmRule) },
    ]),
  );
}

function shortName(alarmName: string): string {
  return alarmName.slice(alarmName.lastIndexOf('-') + 1);
}

/** As `metricKey` renders them, those of the broker and those of AWS. */
export function alarmMetrics({ Metrics }: AlarmProperties): string[] {
  return Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])).map(
    ({ Namespace, MetricName, Dimensions = [] }) =>
      metricKey(
        Namespace,
        MetricName,
        Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, joined(Value)])),
      ),
  );
}

/** What metric filters count in log groups, as `metricKey` renders it. */
export function filteredMetrics(template: Template): string[] {
  const filters = Object.values(
    template.findResources('AWS::Logs::MetricFilter') as Resources<{
      MetricTransformations: { MetricNamespace: string; MetricName: string }[];
    }>,
  );
  return filters
    .flatMap(({ Properties }) => Properties.MetricTransformations)
    .map(({ MetricNamespace, MetricName }) => metricKey(MetricNamespace, MetricName, {}));
}

export interface Widget {
  readonly type: string;
  /** On a grid of 24 columns. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly unknown[][];
    /** Of the widget that shows their states. */
    readonly alarms?: readonly string[];
  };
}

export function dashboardWidgets(template: Template): Widget[] {
  const [dashboard] = Object.values(
    template.findResources('AWS::CloudWatch::Dashboard') as Resources<{ DashboardBody: unknown }>,
  );
  return (JSON.parse(joined(dashboard?.Properties.DashboardBody)) as { widgets: Widget[] }).widgets;
}

/** A graph's line is `[namespace, name, dimension, value, …, options]`, or an expression, which has options alone. */
export function widgetMetrics({ properties }: Widget): string[] {
  return (properties.metrics ?? [])
    .filter(([namespace]) => typeof namespace === 'string')
    .map((line) => {
      const [namespace, name, ...rest] = line.filter((part) => typeof part === 'string');
      const dimensions: Record<string, string> = {};
      for (let at = 0; at + 1 < rest.length; at += 2) dimensions[rest[at] as string] = rest[at + 1] as string;
      return metricKey(namespace as string, name as string, dimensions);
    });
}

/** Text with intrinsic functions in it; a reference becomes its logical id, an attribute `LogicalId.Name`. */
export function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as { 'Fn::Join'?: [string, unknown[]]; 'Fn::GetAtt'?: string[]; Ref?: string };
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref } = intrinsic;
  return join ? join[1].map(joined).join(join[0]) : (Ref ?? attribute?.join('.') ?? String(value));
}

/**
 * Whether an alarm is raised by one period with these values, by id of its metrics; those not given have no
 * data. Follows CloudWatch: arithmetic takes what is missing for 0, and drops what is divided by it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function isRaised(alarm: AlarmProperties, values: Record<string, number>): boolean {
  const { Expression } = alarm.Metrics.find(({ ReturnData }) => ReturnData) as MetricDataQuery;
  const ids = alarm.Metrics.filter(({ MetricStat }) => MetricStat).map(({ Id }) => Id);
  const unknown = Object.keys(values).filter((id) => !ids.includes(id));
  if (unknown.length > 0)
    throw new Error(`the alarm has no metric ${unknown.join(', ')}, only ${ids.join(', ')}`);
  const evaluate = new Function('FILL', 'IF', ...ids, `return ${Expression};`);
  const result: unknown = evaluate(
    (value: number) => value,
    (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise),
    ...ids.map((id) => values[id] ?? 0),
  );
  const value = Number.isFinite(result) ? (result as number) : undefined;
  if (alarm.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') {
    throw new Error(`no such operator here: ${alarm.ComparisonOperator}`);
  }
  return value === undefined ? alarm.TreatMissingData === 'breaching' : value >= alarm.Threshold;
}
