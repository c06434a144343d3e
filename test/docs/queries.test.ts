// lib/broker/queries/: saved by the stack, the same in the documents, and of fields that the logs have.
import { readFileSync } from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { queries, queriesOf } from '../../lib/broker/monitoring/saved-queries.ts';
import { type Log, queryNamed } from '../../lib/monitoring/saved-queries.ts';
import { BrokerLogger } from '../../service/audit/logger.ts';
import { reportFallback } from '../../service/broker/shared-sessions.ts';
import { BrokerError } from '../../service/errors.ts';
import { changeOf } from '../../service/registrations/registration-change.ts';
import { synthesizeService } from '../stack/synthesis.ts';
import { auditTo } from '../support/broker.ts';
import { captureOutput } from '../support/captured-output.ts';
import { storedWith } from '../support/registrations.ts';

const template = synthesizeService({ dataAccess: {}, sharedSessions: true }, 'production');
const textOf = (commands: readonly string[]) => commands.join(' | ');

interface Asked {
  readonly page: string;
  readonly query: string;
  readonly log: Log;
}

/** `ask "…" SECONDS "$_access_log"`, and `--query-string "…"`: as the shell passes them on, on one line. */
function askedIn(page: string): Asked[] {
  const text = readFileSync(page, 'utf8');
  const words = [...text.matchAll(/(?:^\s*ask|--query-string) "((?!\$)(?:[^"\\]|\\.)*)"(.*)$/gm)];
  return words.map(([, word, rest]) => ({
    page,
    query: (word as string).replace(/\\([\\"$`])/g, '$1').replace(/\s+/g, ' '),
    log: /access_log/.test(rest as string) ? 'access-log' : 'function-log',
  }));
}

const asked = ['docs/runbook.md', 'docs/operations.md'].flatMap(askedIn);

describe('the queries of the documents', () => {
  it('are there to be compared', () => {
    expect(asked.length).toBeGreaterThan(25);
  });

  it.each(asked)('are those of lib/broker/queries/, of the same log: $query', ({ query, log }) => {
    const same = queries.filter(({ commands }) => textOf(commands) === query);
    expect(same.map((found) => found.log)).toEqual([log]);
  });

  it.each(queries.filter(({ name }) => name !== 'LastFailures'))('show $name', ({ commands }) => {
    expect(asked.map(({ query }) => query)).toContain(textOf(commands));
  });
});

const savedIn = (from: Template) => Object.values(from.findResources('AWS::Logs::QueryDefinition'));

describe('the stack', () => {
  const [functionLog, accessLog] = ['FunctionLogGroupName', 'AccessLogGroupName'].map(
    (name) => template.findOutputs(name)[name]?.['Value'],
  );

  it('saves every query in the folder of its environment, for its log', () => {
    expect(savedIn(template).map(({ Properties }) => Properties)).toEqual(
      queries.map(({ name, log, commands }) => ({
        Name: `IAMSessionBroker/Production/${name}`,
        QueryString: commands.join('\n| '),
        LogGroupNames: [log === 'access-log' ? accessLog : functionLog],
      })),
    );
  });

  it('saves none about data, or shared sessions, of a broker without', () => {
    const names = savedIn(synthesizeService({}, 'production')).map(({ Properties }) => Properties.Name);
    expect(names).toEqual(queriesOf({}).map(({ name }) => `IAMSessionBroker/Production/${name}`));
    const others = queries.filter(({ commands }) =>
      /data\.|'(AccessGrants|IdentityCenter)Unavailable'|shared sessions/.test(textOf(commands)),
    );
    expect(others).toHaveLength(queries.length - names.length);
    expect(others.filter((query) => queriesOf({}).includes(query))).toEqual([]);
  });

  it('saves who got a tenant’s credentials, when, and for whom', () => {
    expect(textOf(queryNamed(queries, 'WhoGotYellow').commands)).toMatch(
      /value = 'Yellow'.*@timestamp, application,.* token\.sub/,
    );
  });

  it('shows the last failures on the dashboard by the query that it saves', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const written = JSON.stringify(queryNamed(queries, 'LastFailures').commands.join('\n| ')).slice(1, -1);
    expect(JSON.stringify(dashboard)).toContain(JSON.stringify(written).slice(1, -1));
  });
});

describe('a query', () => {
  it('has a name of its own, of letters and digits', () => {
    const names = queries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z]\w+$/);
  });

  const known: Readonly<Record<Log, ReadonlySet<string>>> = {
    'function-log': functionLogFields(),
    'access-log': accessLogFields(),
  };

  it.each(queries)('$name asks for fields that its log has', ({ log, commands }) => {
    const fields = fieldsOf(textOf(commands));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => !known[log].has(field))).toEqual([]);
  });

  it('would be found out if it asked for another', () => {
    const fields = fieldsOf(
      "filter outcom = 'x' and token.subject like /a b/ | stats count(*) as n by bin(5m) as t | sort n, @when",
    );
    expect(fields.filter((field) => !known['function-log'].has(field))).toEqual([
      'outcom',
      'token.subject',
      '@when',
    ]);
  });
});

const words = new Set(
  'filter stats fields sort limit by as and or in like desc count count_distinct ispresent pct avg max bin'.split(
    ' ',
  ),
);

/** Fields of a query, but for the names that it gives to others. */
function fieldsOf(query: string): string[] {
  const bare = query.replace(/'[^']*'|\/[^/]+\/(?! *\d)|\b\d+[mh]?\b(?!\.)/g, (part) =>
    /^\d+$/.test(part) ? part : ' ',
  );
  const aliases = new Set([...bare.matchAll(/\bas (\w+)/g)].map(([, alias]) => alias as string));
  return (bare.match(/@?[A-Za-z][\w.]*/g) ?? []).filter((field) => !words.has(field) && !aliases.has(field));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
const ofEveryLog = ['@timestamp', '@message'];
const ofLambda = ['@type', '@duration', '@initDuration', '@maxMemoryUsed'];

/** What decisions that know everything leave: issued, written, refused, failed, late; and a usage plan on its own. */
function functionLogFields(): Set<string> {
  const output = captureOutput();
  try {
    const audit = auditTo(() => 0);
    const decision = audit.begin('GetCredentials', 'request');
    const known = {
      application: 'App',
      applicationRoleId: 'AROA',
      accessRole: 'Access',
      accessRoleId: 'AROA',
      registrar: 'Deployer',
      registrarRoleId: 'AROA',
      claimTakenFrom: 'Other',
      change: changeOf(
        storedWith(),
        storedWith({ jwtClaimName: 'name', jwksUrl: 'https://id.example.org/keys', accessRoleId: 'AROANEW' }),
      ),
      tokenDigest: '00',
      token: { iss: 'https://id.example.com', sub: 'sha256:00', kid: '1', jti: '2' },
      tags: [{ key: 'TenantID', value: 'Yellow' }],
      sessionName: 'Yellow',
      sourceIdentity: 'user',
      accessKeyId: 'ASIA',
      directoryUser: '94482488-3041-7057-0000-000000000001',
      data: {
        target: 's3://data/Yellow/*',
        permission: 'READ',
        privilege: 'Minimal',
        durationSeconds: 3_600,
        matchedGrantTarget: 's3://data/Yellow/*',
        granteeType: 'IAM',
        grantee: 'arn',
      },
      cacheHit: true,
    };
    audit.allowed(Object.assign(decision, known));
    audit.refused(decision, new Error('broken'));
    const cause = Object.assign(new Error('The service is down'), {
      name: 'ServiceUnavailable',
      $fault: 'server',
    });
    audit.refused(decision, new BrokerError('StsUnavailable', 'late', { cause }));
    const refused = Object.assign(new Error('refused'), { code: 'server_error' });
    audit.refused(decision, new BrokerError('IdentityCenterUnavailable', 'late', { cause: refused }));
    audit.refused(decision, new BrokerError('JwksUnavailable', 'late', { problem: 'TimedOut' }));
    audit.carriedOutLate(decision);
    audit.usagePlanFallback(cause);
    reportFallback(cause, { logger: new BrokerLogger(), metrics: new Metrics() });
    const lines = [...output.logs(), ...output.metrics()];
    return new Set([...ofEveryLog, ...ofLambda, ...lines.flatMap((line) => flattened(line))]);
  } finally {
    output.restore();
  }
}

function accessLogFields(): Set<string> {
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  if (!stage) throw new Error('no stage');
  return new Set([
    ...ofEveryLog,
    ...Object.keys(JSON.parse(stage['Properties'].AccessLogSettings.Format) as object),
  ]);
}

/** `cause.frames.0`: as Logs Insights discovers fields in JSON. */
function flattened(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    flattened(part, path === '' ? key : `${path}.${key}`),
  );
}
