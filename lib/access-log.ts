// A gateway's access log: its group, a line for each request, and the count of those that a throttle refused.
import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AccessLogProps {
  readonly isRetained: boolean;
  readonly logRetentionDays: number;
  /** Of the count of requests that the gateway throttled. */
  readonly throttledMetricName: string;
}

export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  /** Requests that the gateway answered with 429 by itself. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const { isRetained, logRetentionDays, throttledMetricName } = props;
    this.logGroup = new LogGroup(this, 'Group', {
      logGroupName: logGroupName(Stack.of(this)),
      retention: logRetentionDays,
      removalPolicy: isRetained ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    // A function's own 429 has its latency.
    const byTheGateway = FilterPattern.all(
      FilterPattern.stringValue('$.status', '=', '429'),
      FilterPattern.stringValue('$.integrationLatencyMs', '=', '-'),
    );
    this.throttled = new MetricFilter(this, 'Throttled', {
      logGroup: this.logGroup,
      filterPattern: byTheGateway,
      metricNamespace: 'IAMSessionBroker',
      metricName: throttledMetricName,
    }).metric({ statistic: 'Sum' });
  }
}

/**
 * Below `/aws/vendedlogs/`, which one statement of the account's log resource policy covers: of any other group API
 * Gateway writes a statement into it, until its 5,120 characters are full and the stage fails. The stack's id is in the
 * name because the group outlives its stack, and would be in the way of the next.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
function logGroupName({ stackName, stackId }: Stack): string {
  return `/aws/vendedlogs/${stackName}/access-log-${Fn.select(2, Fn.split('/', stackId))}`;
}

/** `$context.path` and `$context.routeKey` carry no query string, and nothing here a cookie: no token is ever logged. */
export const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  userArn: '$context.identity.userArn',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  integrationLatencyMs: '$context.integrationLatency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
});
