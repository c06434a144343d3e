// The service level objectives of issuing credentials: the two numbers, and what counts against them.
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Objective } from '../../monitoring/service-level.ts';
import { operationMetric, refusals, requests } from './metrics.ts';

/**
 * 99.9% of requests in 30 days: 43 minutes of complete failure. An application that keeps its credentials until shortly
 * before they expire rides that out; a stricter promise would need more than one region.
 */
const AVAILABILITY_BUDGET = 0.001;

/**
 * 99% within half a second: what a user hardly notices in a request that waits for credentials. Cached ones take
 * milliseconds, new ones a call to STS; a cold start, or a JWK set that is fetched, may take longer.
 */
const LATENCY_BUDGET = 0.01;
export const LATENCY_THRESHOLD_MS = 500;

/**
 * A JWK set that cannot be fetched is not counted: it is the identity provider's of one application, which would
 * otherwise page the platform team, and roll back its deployments, whenever it liked. It has an alarm of its own.
 */
const availability: Objective = {
  name: 'CredentialsAvailability',
  errorBudget: AVAILABILITY_BUDGET,
  bad: 'FILL(failed, 0) - FILL(keys, 0)',
  requests: requests('GetCredentials'),
  usingMetrics: { failed: operationMetric('Failed', 'GetCredentials'), keys: refusals('JwksUnavailable') },
  subject: 'requests for credentials',
  meaning: 'fail through a fault of the broker or of AWS',
};

/** Nor is a location that its keeper has not set up right. */
export function availabilityOf({ dataAccess }: { readonly dataAccess?: object | undefined }): Objective {
  if (!dataAccess) return availability;
  const { bad, usingMetrics } = availability;
  return {
    ...availability,
    bad: `${bad} - FILL(locations, 0)`,
    usingMetrics: { ...usingMetrics, locations: refusals('LocationMisconfigured') },
  };
}

export const latency: Objective = {
  name: 'CredentialsLatency',
  errorBudget: LATENCY_BUDGET,
  bad: 'requests * (100 - fast) / 100',
  requests: requests('GetCredentials'),
  usingMetrics: {
    fast: operationMetric('Duration', 'GetCredentials', {
      statistic: Stats.percentileRank(LATENCY_THRESHOLD_MS),
    }),
  },
  subject: 'requests for credentials',
  meaning: `take longer than ${LATENCY_THRESHOLD_MS} ms`,
};
