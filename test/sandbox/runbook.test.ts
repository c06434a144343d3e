// The queries of docs/runbook.md and docs/operations.md, and those that the stack has saved, over the deployed broker's own lines.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const pages = `${runbook}\n${readFileSync('docs/operations.md', 'utf8')}`;
const queries = [...pages.matchAll(/^ask "([^"]+)"(?: \d+)?( "\$_access_log")?$/gm)].map(
  ([, text = '', accessLog]) => ({
    // As a shell reads it between double quotes.
    query: text.replaceAll('\\\\', '\\'),
    log: accessLog === undefined ? ('function' as const) : ('gateway' as const),
  }),
);

const throttledRoute = 'DELETE /applications';
const floodPlan = { rateLimit: 1, burstLimit: 3 };

useBroker({
  amendTemplate: (stackName, template) => {
    if (!stackName.startsWith('IAMSessionBroker')) return;
    setVariables(template, ({ USAGE_PLANS = '{}' }) => ({
      USAGE_PLANS: JSON.stringify({ ...JSON.parse(USAGE_PLANS), applications: { Flood: floodPlan } }),
    }));
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::ApiGatewayV2::Stage') continue;
      const throttle = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 };
      Object.assign(Properties?.['RouteSettings'] as object, { [throttledRoute]: throttle });
    }
  },
});

let client: CloudWatchLogsClient;
const answersToFlood: number[] = [];

beforeAll(async () => {
  const { environment, account } = sandbox;
  client = new CloudWatchLogsClient({
    region: account.region,
    endpoint: environment['AWS_ENDPOINT_URL'] as string,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] as string,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] as string,
    },
  });
  const shop = await registered('Shop');
  await shop.credentials('Yellow');
  await shop.credentials('Yellow');
  await shop.call('GET', 'credentials', undefined, { query: { jwt: await tampered() } });
  await failing(shop);
  const flood = await registered('Flood');
  const jwt = await broker.tokenOf('Yellow');
  const ask = () => flood.call('GET', 'credentials', undefined, { query: { jwt } });
  // However slow the machine is: more at once than the plan has.
  while (!answersToFlood.includes(429)) {
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    answersToFlood.push(...answers.map(({ status }) => status));
  }
  for (let sent = 0; sent < 3; sent += 1) await shop.call('DELETE', 'applications', undefined, {});
});

async function registered(name: string): Promise<BrokerApplication> {
  const application = broker.createApplication(name);
  const { status } = await application.call('POST', 'applications', application.registration());
  expect(status).toBe(201);
  return application;
}

async function tampered(): Promise<string> {
  const [header, claims, signature = ''] = (await broker.tokenOf('Yellow')).split('.');
  return `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
}

/** STS gives no answer for a tenant that nothing is kept of, and the claim that is asked of another role belongs to Shop. */
async function failing(shop: BrokerApplication): Promise<void> {
  const error = { code: 'InternalFailure', message: 'broken', statusCode: 500 };
  const end = sandbox.account.faults.inject({ service: 'sts', operation: 'AssumeRole', error });
  expect((await shop.credentials('Blue')).status).toBe(503);
  end();
  const thief = broker.createApplication('Thief');
  const stolen = { ...thief.registration(), AccessRoleName: shop.accessRoleName };
  await thief.call('POST', 'applications', stolen);
}

/** Rows as objects, without `@…`. */
async function ask(query: string, logGroupNames: readonly string[]) {
  const started = await client.send(
    new StartQueryCommand({
      queryString: query,
      logGroupNames: [...logGroupNames],
      startTime: 0,
      endTime: Math.floor(Date.now() / 1_000),
    }),
  );
  const { results = [], status } = await client.send(
    new GetQueryResultsCommand({ queryId: started.queryId }),
  );
  expect(status).toBe('Complete');
  return results.map((row) =>
    Object.fromEntries(
      row.flatMap(({ field = '', value }) => (field.startsWith('@') ? [] : [[field, value]])),
    ),
  );
}

function groupOf(log: 'function' | 'gateway'): string {
  const names = sandbox.account.logGroups.all.map(({ name }) => name);
  const found = names.find((name) => name.includes('access-log') === (log === 'gateway'));
  if (found === undefined) throw new Error(`there is no log of the ${log}`);
  return found;
}

/** Of the one query that begins so. */
function rowsOf(beginning: string) {
  const [found, another] = queries.filter(({ query }) => query.startsWith(beginning));
  if (!found || another) throw new Error(`not one query begins with ${beginning}`);
  return ask(found.query, [groupOf(found.log)]);
}

describe('the queries of the docs', () => {
  it('are found, all of them', () => {
    expect(queries.length).toBe(pages.match(/^ask "/gm)?.length);
    expect(queries.length).toBeGreaterThan(25);
  });

  it.each(queries)('run: $query', async ({ query, log }) => {
    await expect(ask(query, [groupOf(log)])).resolves.toBeInstanceOf(Array);
  });

  it('count failures by code, and when they were', async () => {
    expect(
      await rowsOf("filter outcome = 'failed' | stats count(*) as requests by code, application"),
    ).toEqual([{ requests: '1', code: 'StsUnavailable', application: 'Shop' }]);
    expect(await rowsOf("filter outcome = 'failed' | stats count(*) as requests by bin(5m)")).toEqual([
      {
        requests: '1',
        code: 'StsUnavailable',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d[05]:00\.000$/),
      },
    ]);
  });

  it('count a refusal once, though its metric has a line of its own', async () => {
    expect(await rowsOf("filter outcome = 'failed' and code = 'StsUnavailable'")).toEqual([
      { requests: '1', 'cause.name': 'InternalFailure', 'cause.message': 'broken' },
    ]);
    expect(
      await rowsOf(
        "filter outcome = 'denied' and code in ['TokenSignatureInvalid', 'TokenAlgorithmNotAllowed']",
      ),
    ).toEqual([{ requests: '1', tokens: '1', application: 'Shop', code: 'TokenSignatureInvalid' }]);
    expect(await rowsOf("filter outcome = 'denied' and code in ['AccessRoleClaimed'")).toMatchObject([
      { code: 'AccessRoleClaimed', application: 'Thief' },
    ]);
  });

  it('count what a flood was refused, by its plan and by its route', async () => {
    const refused = String(answersToFlood.filter((status) => status === 429).length);
    expect(
      await rowsOf(
        "filter outcome = 'denied' and code = 'TooManyRequests' | stats count(*) as refused by application |",
      ),
    ).toEqual([{ refused, application: 'Flood' }]);
    expect(
      await rowsOf(
        "filter outcome = 'denied' and code = 'TooManyRequests' | stats count(*) as refused by application, bin",
      ),
    ).toMatchObject([{ application: 'Flood' }]);
    expect(await rowsOf("filter status = '429'")).toEqual([
      { refused: '2', routeKey: throttledRoute, sourceIp: '127.0.0.1' },
    ]);
  });

  it('tell what was served from the cache, and how fast', async () => {
    const shares = await rowsOf("filter operation = 'GetCredentials' and outcome = 'allowed'");
    expect(shares).toContainEqual({ requests: '2', share: '0.5', application: 'Shop' });
    const latencies = await rowsOf("filter operation = 'GetCredentials' | stats count(*)");
    expect(latencies.map((row) => row['CacheHit'])).toEqual(expect.arrayContaining(['0', '1']));
    for (const row of latencies) expect(Number(row['pct(Duration, 99)'])).toBeGreaterThanOrEqual(0);
  });

  it('tell which registrations were written', async () => {
    const changes = await rowsOf('filter written in');
    expect(changes).toHaveLength(3);
    expect(changes.at(-1)).toMatchObject({
      written: 'created',
      application: 'Shop',
      outcome: 'allowed',
      'registration.AccessRoleName': 'ShopAccess',
      'registration.JWKSetURL': broker.outputs.jwksUrl,
    });
  });

  it('tell who got what, as isb who does', async () => {
    const admitted = String(answersToFlood.filter((status) => status === 200).length);
    expect(
      await rowsOf("filter outcome = 'allowed' and operation = 'GetCredentials' and tags.0.key"),
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ requests: '2', sessions: '1', application: 'Shop' }),
        expect.objectContaining({ requests: admitted, sessions: '1', application: 'Flood' }),
      ]),
    );
  });

  it('run in the shell of the runbook', async () => {
    const [, setup = ''] = /## Before the first query\n\n```sh\n([\s\S]*?)```/.exec(runbook) ?? [];
    const script = `${setup.replace('IAMSessionBroker-Service-Production', 'IAMSessionBroker-Service-Sandbox')}
      ask "filter outcome = 'failed' | stats count(*) as requests by code, application"`;
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
      env: {
        ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], AWS_CONFIG_FILE: '/dev/null' },
        ...sandbox.environment,
        AWS_DEFAULT_REGION: sandbox.account.region,
      },
    });
    expect(stdout.trim().split('\t').sort()).toEqual(['1', 'Shop', 'StsUnavailable']);
  });
});

describe('the queries that the stack has saved', () => {
  it('run on the log groups that they name', async () => {
    const saved = sandbox.account.queryDefinitions;
    for (const { name, queryString, logGroupNames } of saved) {
      const groups = logGroupNames.length > 0 ? logGroupNames : [groupOf('function')];
      await expect(ask(queryString, groups), name).resolves.toBeInstanceOf(Array);
    }
  });
});
