// Alarms on the function and the gateway themselves: what fails before the broker can count it.
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import type { Gateway } from '../gateway.ts';
import { refusals } from './metrics.ts';

/** The broker answers every error that it can: what is left is a crash. */
export function functionErrors(alias: Alias): Omit<CountAlarmProps, 'onCall'> {
  return {
    name: 'FunctionErrors',
    counts: [alias.metricErrors()],
    atLeast: 3,
    urgency: 'page',
    meaning: 'The function crashed, ran out of memory or out of time.',
  };
}

export function capacityAlarms(
  alias: Alias,
  { stage, throttled }: Pick<Gateway, 'stage' | 'throttled'>,
  failureCodes: readonly string[],
): readonly Omit<CountAlarmProps, 'onCall'>[] {
  return [
    {
      name: 'FunctionThrottles',
      counts: [alias.metricThrottles()],
      atLeast: 5,
      urgency: 'page',
      meaning: 'Lambda refuses to run the function, for want of concurrency in the account.',
    },
    {
      name: 'ConcurrencySpill',
      counts: [alias.metric('ProvisionedConcurrencySpilloverInvocations', { statistic: Stats.SUM })],
      atLeast: 20,
      periods: [3, 3],
      urgency: 'ticket',
      meaning: 'Requests find no provisioned execution environment free, and wait for a cold start.',
    },
    {
      name: 'GatewayThrottles',
      counts: [throttled],
      // A burst by itself passes within a second.
      atLeast: 100,
      periods: [2, 3],
      urgency: 'page',
      meaning: 'The gateway refuses requests for being too many in all, whichever application sends them.',
    },
    {
      name: 'GatewayFailures',
      counts: [stage.metricServerError()],
      less: failureCodes.map((code) => refusals(code)),
      atLeast: 10,
      periods: [2, 3],
      urgency: 'page',
      meaning: 'The gateway answers 5xx where the broker did not.',
    },
  ];
}
