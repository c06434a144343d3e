// docs/cost.md, rendered from the model of the cost.
import {
  assumptions,
  costLines,
  environmentsOf,
  floodCost,
  prices,
  routeThrottle,
  sharedSessionsCost,
  stsCallsASecond,
  totalOf,
  type Workload,
  workloads,
} from './cost.ts';

const number = (value: number) => value.toLocaleString('en-US');
const rate = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
const dollars = (value: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** From what is not worth it to what STS alone would not carry. */
const fleets = [
  { environments: 2, tenants: 1_000 },
  { environments: 20, tenants: 1_000 },
  { environments: 150, tenants: 1_000 },
  { environments: 150, tenants: 20_000 },
];

/** The page as Markdown. */
export function renderCostPage(): string {
  const [atRest] = workloads as [Workload];
  const provisioned = costLines[0]?.cost(atRest) ?? 0;
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const columns = workloads.map(({ requests }) => number(requests));
  const rows = costLines.map(({ service, formula, cost }) =>
    row([service, ...workloads.map((workload) => dollars(cost(workload))), formula]),
  );
  const environments = row([
    'environments provisioned',
    ...workloads.map((workload) => number(environmentsOf(workload))),
    'requests a second at the peak ÷ 10',
  ]);
  return `# Cost

<!-- Generated from scripts/cost.ts by \`npm run docs\`; a test keeps the two the same. -->

What a month of one environment costs, in US dollars, us-east-1, at list prices, without free tiers or savings plans.
A month has 730 hours; a GB is 10⁹ bytes.

| Requests a month | ${columns.join(' | ')} | Arithmetic |
|---|${'--:|'.repeat(columns.length)}---|
${environments}
${rows.join('\n')}
${row(['**Total**', ...workloads.map((workload) => `**${dollars(totalOf(workload))}**`), ''])}

STS, ACM certificates, Application Auto Scaling and CodeDeploy for Lambda are taken as free of charge, which was
not verified. DynamoDB's storage and its point-in-time recovery are of some kilobytes, and left out.

## Assumed

Change them in \`scripts/cost.ts\`, and run \`npm run docs\`.

| | |
|---|---|
| peak | ${assumptions.peakFactor} times the mean rate, and provisioned for all month |
| applications | ${assumptions.applications}, each seen by every environment |
| memory, mean billed duration | ${number(assumptions.memoryGb * 1_024)} MB, ${assumptions.billedDurationMs} ms; not measured on AWS |
| leases | 1 write a request at a million requests, 0.3 at a thousand million, as on a plan of 10 a second: \`bench/usage-plans.ts\` |
| logs of a request | ${assumptions.functionLogBytes} bytes of the function with its metrics, ${assumptions.platformLogBytes} of Lambda itself, ${assumptions.accessLogBytes} of the gateway |
| retention | one month (\`logRetentionDays\` 30) |
| alarms | ${assumptions.alarmMetrics} metrics in alarms and ${assumptions.compositeAlarms} composite ones, as in the template |
| an answer | ${number(assumptions.answerBytes)} bytes |

## What makes it grow

- **Provisioned concurrency** costs $${dollars(provisioned)} a month for each environment, used or not. An environment named
  \`sandbox\` provisions none: with neither that nor a hosted zone it costs $${dollars(totalOf(atRest) - provisioned - prices.hostedZoneMonth)} while nobody calls. Lambda lets an alias take 10
  requests a second for each provisioned environment. Answers from the cache take a few milliseconds, so that quota
  is reached long before the environments are busy. Size \`provisionedConcurrency\` by requests a second, and do not
  wait for the utilization that Application Auto Scaling follows. What Lambda does beyond the quota was not tried.
- **Logs** grow with every request, and are ours to write: one line more of 900 bytes costs
  $${dollars(900 * 0.53)} for a thousand million requests. \`logRetentionDays\` changes the storage only.
- **Metrics** do not grow with requests, but with each new dimension value.
- **STS** costs nothing and has the hardest limit, see below. Longer sessions (\`SessionDurationSeconds\`) and tokens that
  are used again mean fewer calls.

## Memory

The function has 1,024 MB, and with it 0.58 of a processor. One run of \`npm run bench:memory-setting\`, which gives a process such a share by a
control group of Linux (Node.js 24, x86, 5 ms a call, medians of five rounds; 2026-11-28, the machine busy with other work, load 18: shares
above 512 MB were not had in full, so what stands there is too slow):

| MB | start on demand | first request | new tenant | warm request | a million new tenants | a million warm ones | provisioned, a month |
|--:|--:|--:|--:|--:|--:|--:|--:|
| 128 | 1,339 ms | 2,884 ms | 141 ms | 7.1 ms | $0.14 | $0.01 | $1.10 |
| 256 | 571 | 1,137 | 64 | 3.1 | 0.13 | 0.01 | 2.19 |
| 512 | 297 | 872 | 38 | 1.6 | 0.15 | 0.01 | 4.38 |
| 768 | 253 | 734 | 32 | 1.2 | 0.19 | 0.01 | 6.57 |
| 1,024 | 220 | 603 | 36 | 1.6 | 0.28 | 0.02 | 8.76 |
| 1,536 | 354 | 617 | 34 | 1.1 | 0.41 | 0.02 | 13.14 |
| 1,769 | 165 | 579 | 28 | 1.2 | 0.39 | 0.03 | 15.13 |

Duration costs cents at any size, beside a dollar for the gateway. 128 and 256 MB have no room for what an environment may keep. From 512 MB on
provisioned concurrency costs half, and a cold start takes 1.4 times as long; nothing speaks for more than 1,024. The
setting stays, for what a caller waits for; \`lib/service-function.ts\` has it. Lambda itself was not asked.

## What a flood costs

An hour of as many requests as one route takes by default, ${number(routeThrottle)} a second, all but a few refused by a usage plan:
$${dollars(floodCost(routeThrottle))} at the most, of which the gateway and the logs are the larger part. \`GET\` and \`POST /credentials\` each
take so many, and each method of \`/applications\` a tenth. \`throttleRateLimit\` is in proportion.

## Shared sessions

With [\`sharedSessions\`](settings.md#shared-sessions), an environment that meets a tenant reads the table once, and the first of all
leases and writes an item besides; KMS is asked once an environment and hour, twice where several make an hour's key at once. The most that can come of it, where every environment meets every tenant in each
45 minutes:

| Environments | Applications × tenants | US dollars a month | calls of STS a second, without | with |
|--:|--:|--:|--:|--:|
${fleets
  .map((fleet) => {
    const { alone, shared } = stsCallsASecond(fleet);
    return row([
      number(fleet.environments),
      number(fleet.tenants),
      dollars(sharedSessionsCost(fleet)),
      rate(alone),
      rate(shared),
    ]);
  })
  .join('\n')}

A read costs $${number(prices.readUnits * 1_000_000)} a million, a session's lease and its item together 4 writes at $${number(prices.writeUnits * 1_000_000)} a million, KMS $${number(prices.kmsRequests * 10_000)} for 10,000
requests and $${number(prices.kmsKeyMonth)} a month for the key; its first two rotations add as much again, each. STS costs nothing: what is paid for is its quota, and two round trips of whoever meets a tenant first in an environment. Averages hide
that calls come at once: upon a deployment all environments ask for all tenants. With one or two environments it is not worth its dollar; below some ten calls a second, STS does not need it.

## Where the quotas end

Defaults of an account and region; those marked can be raised.

| Quota | Default | What it means here |
|---|---|---|
| API Gateway, requests a second of all APIs | 10,000 (2,500 in some regions), can be raised | the ceiling of all routes' throttles together |
| Lambda, concurrent executions | 1,000, can be raised | shared with every function of the account; provisioned ones are taken from it |
| Lambda, requests a second of an alias with provisioned concurrency | 10 × provisioned | 10,000 a second with all 1,000 |
| STS, requests a second | about 600, shared by its operations; cannot be raised | new sessions a second, over all applications; what is served from the cache does not count |
| DynamoDB, writes a second of a partition | 1,000 | one application's leases: one item |
| DynamoDB, table on demand | 40,000 reads and writes a second, can be raised | far beyond the others |

An environment keeps a session until 15 minutes of it are left: for 45 minutes of an hour. So 600 calls a second carry 1.6
million pairs of a tenant and an environment that serves it. When all environments start anew, as upon a deployment,
their caches are empty: each asks for the session of every tenant that it meets.

## Sources of the prices and quotas

Prices change, and differ by region. Check them in the [AWS Pricing Calculator](https://calculator.aws/).

| Price | Source | As of |
|---|---|---|
| Lambda: $0.0000033334 and $0.0000077778 a GB-second (Arm, provisioned), $0.20 a million requests | AWS Price List, extract of another project; [page](https://aws.amazon.com/lambda/pricing/) | effective 2025-10-01, read 2025-10-28 |
| CloudWatch: logs $0.50 a GB (to 10 TB) and $0.03 a GB-month, metric $0.30, metric in an alarm $0.10 | AWS Price List, extract of another project; [page](https://aws.amazon.com/cloudwatch/pricing/) | effective 2025-09-01, read 2025-10-28 |
| CloudWatch: dashboard $3, composite alarm $0.50 | articles only, not verified | undated |
| HTTP API: $1.00 a million, $0.90 beyond 300 million; transfer $0.09 a GB | examples on the [page](https://aws.amazon.com/api-gateway/pricing/) | read 2026-09-20 |
| DynamoDB on demand: $0.625 a million writes, $0.125 a million reads | articles on the price of November 2024; [page](https://aws.amazon.com/dynamodb/pricing/on-demand/) | 2025-07 |
| KMS: key $1 a month, $0.03 for 10,000 requests | not verified; [page](https://aws.amazon.com/kms/pricing/) | undated |
| X-Ray: $5 a million traces | [page](https://aws.amazon.com/xray/pricing/) | stored copy, undated |
| Route 53: hosted zone $0.50; queries of alias records to API Gateway free | articles only, not verified; [page](https://aws.amazon.com/route53/pricing/) | undated |

Quotas: [API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html),
[Lambda](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html),
[DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html) and its
[partitions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). That STS
throttles and that its rate [cannot be raised](https://repost.aws/knowledge-center/iam-sts-throttling-error) AWS says;
the number 600 was not found on a page of AWS.
`;
}
