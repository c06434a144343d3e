// The service level objectives of opening the console: the two numbers, and what counts against them.
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Objective } from '../../monitoring/service-level.ts';
import { operationMetric, requests } from './metrics.ts';

/** 99.9% of requests in 30 days, as of credentials: who has a console keeps it while the portal is down. */
const AVAILABILITY_BUDGET = 0.001;

/**
 * 99% within three seconds: opening a console asks KMS, STS and the federation endpoint, one after the other, and people wait
 * for the console itself longer than that.
 */
const LATENCY_BUDGET = 0.01;
export const LATENCY_THRESHOLD_MS = 3_000;

const subject = 'requests for the console';

export const availability: Objective = {
  name: 'PortalAvailability',
  errorBudget: AVAILABILITY_BUDGET,
  bad: 'FILL(failed, 0)',
  requests: requests('OpenConsole'),
  usingMetrics: { failed: operationMetric('Failed', 'OpenConsole') },
  subject,
  meaning: 'fail through a fault of the portal or of AWS',
};

export const latency: Objective = {
  name: 'PortalLatency',
  errorBudget: LATENCY_BUDGET,
  bad: 'requests * (100 - fast) / 100',
  requests: requests('OpenConsole'),
  usingMetrics: {
    fast: operationMetric('Duration', 'OpenConsole', {
      statistic: Stats.percentileRank(LATENCY_THRESHOLD_MS),
    }),
  },
  subject,
  meaning: `take longer than ${LATENCY_THRESHOLD_MS} ms`,
};
