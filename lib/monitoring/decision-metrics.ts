// The metrics of a function's decisions, by name and dimensions: what every audit in service/ writes.
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Of every function: `POWERTOOLS_METRICS_NAMESPACE`. */
const METRICS_NAMESPACE = 'IAMSessionBroker';

/**
 * @param service the function's `POWERTOOLS_SERVICE_NAME`
 * @returns functions that make its metrics; `Own` are names of what it counts by operation besides
 */
export function decisionMetrics<Operation extends string, Own extends string = never>(service: string) {
  const metricOf = (
    metricName: string,
    dimensions: Readonly<Record<string, string>>,
    options: MetricOptions = {},
  ) =>
    new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service, ...dimensions },
      statistic: Stats.SUM,
      ...options,
    });

  /** Of one operation; `Duration` in milliseconds, the others counts. */
  const operationMetric = (
    metricName: 'Allowed' | 'Denied' | 'Failed' | 'Duration' | Own,
    operation: Operation,
    options?: MetricOptions,
  ) => metricOf(metricName, { operation }, options);

  return {
    /** Of other dimensions than these. */
    metricOf,
    operationMetric,
    /** Every decision has one `Duration`: the number of its samples is the number of requests, with no gap to fill. */
    requests: (operation: Operation, options?: MetricOptions) =>
      operationMetric('Duration', operation, { statistic: Stats.SAMPLE_COUNT, ...options }),
    /** Requests that were refused with one code. */
    refusals: (code: string, options?: MetricOptions) => metricOf('Refusals', { code }, options),
  };
}
