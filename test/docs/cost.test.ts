// docs/cost.md: it is what the model gives, and the model gives what a calculation by hand does.
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/settings/context.ts';
import {
  costLines,
  environmentsOf,
  floodCost,
  routeThrottle,
  sharedSessionsCost,
  stsCallsASecond,
  totalOf,
  type Workload,
  workloads,
} from '../../scripts/cost.ts';
import { renderCostPage } from '../../scripts/cost-page.ts';

const [none, million, billion] = workloads as [Workload, Workload, Workload];

function costOf(service: string, workload: Workload): number {
  const line = costLines.find((candidate) => candidate.service === service);
  if (!line) throw new Error(`there is no line ${service}`);
  return line.cost(workload);
}

describe('docs/cost.md', () => {
  it('is what the model of the cost gives (npm run docs)', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(renderCostPage());
  });

  it('has the three volumes', () => {
    expect(workloads.map(({ requests }) => requests)).toEqual([0, 1_000_000, 1_000_000_000]);
  });
});

describe('the cost of a month', () => {
  it.each([
    // 2,628,000 s of 1 GB
    ['Lambda, provisioned concurrency', none, 8.76],
    // 10 ms of 1 GB, 10,000 GB-seconds
    ['Lambda, duration', million, 0.08],
    ['Lambda, requests', billion, 200],
    // 300 at 1.00 and 700 at 0.90
    ['HTTP API', billion, 930],
    ['DynamoDB, writes', million, 0.63],
    ['DynamoDB, reads', million, 0.13],
    // 1.65 GB
    ['CloudWatch Logs, ingestion', million, 0.83],
    ['CloudWatch Logs, storage', billion, 49.5],
    ['CloudWatch, custom metrics', none, 0],
    // 61 metrics, 6 composite alarms, one dashboard
    ['CloudWatch, alarms and dashboard', none, 12.1],
    // 2,628,000 traces, and 5% of 997,372,000
    ['X-Ray', billion, 262.48],
    ['X-Ray', million, 5],
    ['Data transfer out', billion, 180],
  ])('%s', (service, workload, expected) => {
    expect(costOf(service, workload)).toBeCloseTo(expected, 1);
  });

  it('provisions for ten requests a second of the peak, one environment at least', () => {
    expect([none, million, billion].map(environmentsOf)).toEqual([1, 1, 153]);
  });

  it('of a flood: 7.92 million requests an hour, their logs, and 5% of their traces', () => {
    // 7.92 the gateway, 1.58 and 0.62 the function, 13.07 GB of logs, 396,000 traces
    expect(routeThrottle).toBe(readSettings(new App().node)[0]?.throttleRateLimit);
    expect(floodCost(routeThrottle)).toBeCloseTo(7.92 + 1.58 + 0.62 + 6.53 + 1.98, 1);
  });

  it('of shared sessions: a key, a question an environment and hour, a read a meeting, four writes a session', () => {
    // 973.33 times 45 minutes: 20 × 1,000 reads, 1,000 × 4 writes; 20 × 730 questions of KMS
    const fleet = { environments: 20, tenants: 1_000 };
    expect(sharedSessionsCost(fleet)).toBeCloseTo(1 + 0.0438 + 2.4333 + 2.4333, 3);
    expect(stsCallsASecond(fleet).shared).toBeCloseTo(0.37, 2);
    expect(stsCallsASecond(fleet).alone).toBeCloseTo(7.4, 1);
    expect(sharedSessionsCost({ environments: 0, tenants: 0 })).toBe(1);
  });

  it('never falls when the requests rise', () => {
    const totals = [0, 1, 1e6, 299e6, 301e6, 1e9, 2e9].map((requests) => totalOf({ ...billion, requests }));
    expect(totals).toEqual([...totals].sort((one, other) => one - other));
  });

  it('scales with the bytes that are logged', () => {
    const line = { ...billion, functionLogBytes: billion.functionLogBytes + 1_000 };
    expect(totalOf(line) - totalOf(billion)).toBeCloseTo(1_000 * (0.5 + 0.03), 5);
  });
});
