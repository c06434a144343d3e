// Widgets that dashboards have in common: a graph, the way to the runbook, and the capacity of a table.
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';

export function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}

/** Nothing where it is not known where the runbook can be read. */
export function runbookRow(runbookUrl: string | undefined): IWidget[][] {
  if (runbookUrl === undefined) return [];
  // A bracket would end the link: another way to write the same address.
  const address = runbookUrl.replaceAll('(', '%28').replaceAll(')', '%29');
  const markdown = `**[Runbook](${address})**: what every alarm means, what to look at, what to do.`;
  return [[new TextWidget({ markdown, width: 24, height: 1 })]];
}

export function tableMetrics(name: string, tableName: string): IMetric[] {
  return [
    'ConsumedReadCapacityUnits',
    'ConsumedWriteCapacityUnits',
    'ReadThrottleEvents',
    'WriteThrottleEvents',
  ].map(
    (metricName) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: tableName },
        statistic: Stats.SUM,
        label: `${name}: ${metricName}`,
      }),
  );
}
