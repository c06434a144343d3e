// docs/runbook.md: every alarm has its entry, and every entry its alarm; the queries ask for what the log has.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jwksProblems as countedProblems } from '../../lib/broker/monitoring/metrics.ts';
import { BrokerError, errorTable } from '../../service/errors.ts';
import { changeOf } from '../../service/registrations/registration-change.ts';
import { jwksProblems } from '../../service/tokens/jwks-problem.ts';
import { alarmsOf, compositeAlarmsOf } from '../stack/monitored-metrics.ts';
import { synthesizeService } from '../stack/synthesis.ts';
import { auditTo } from '../support/broker.ts';
import { captureOutput } from '../support/captured-output.ts';
import { storedWith } from '../support/registrations.ts';

const page = readFileSync('docs/runbook.md', 'utf8');
const [, ...sections] = page.split(/^## /m);
const preparations = ['Before the first query', 'What was changed by hand'];
/** Heading → text; but for the preparations, each is an alarm's. */
const entries = new Map(
  sections
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section])
    .filter(([heading]) => !preparations.includes(heading)),
);

const template = synthesizeService();
const descriptions = [...alarmsOf(template), ...compositeAlarmsOf(template)].map(
  ([name, { AlarmDescription }]): [string, string] => [name, AlarmDescription],
);
const anchorOf = (description: string) => /docs\/runbook\.md#(\S+)$/.exec(description)?.[1];

describe('docs/runbook.md', () => {
  it.each(descriptions)('has the entry that the alarm %s names, with its urgency', (_, description) => {
    const entry = [...entries].find(([heading]) => heading.toLowerCase() === anchorOf(description));
    expect(entry, description).toBeDefined();
    const urgency = /Urgency: (\w+)\./.exec(description)?.[1] ?? 'none';
    expect(entry?.[1].toLowerCase()).toContain(`\n\n*${urgency}.* `);
  });

  it('has no entry without an alarm', () => {
    const anchors = new Set(descriptions.map(([, description]) => anchorOf(description)));
    expect([...entries.keys()].filter((heading) => !anchors.has(heading.toLowerCase()))).toEqual([]);
  });

  it.each([...entries])('says of %s what it means, what to look at, and what to do', (_, text) => {
    expect(text).toMatch(/\n\n\*(Page|Ticket)\.\* [\s\S]+\n\n\*\*Look\.\*\*[\s\S]+\n\n\*\*Do\.\*\* /);
  });

  it('asks for codes that exist', () => {
    const asked = [...page.matchAll(/code (?:in \[([^\]]+)\]|= ('\w+'))/g)].flatMap(([, list, one]) =>
      [...(list ?? one ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code as string),
    );
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((code) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });

  it('asks for fields that the log of the function or of the gateway has', () => {
    const queries = [...page.matchAll(/^ask "([^"]+)"/gm)].map(([, query]) => query as string);
    expect(queries.length).toBeGreaterThan(20);
    const known = new Set([...functionLogFields(), ...accessLogFields()]);
    const unknown = queries.flatMap(fieldsOf).filter((field) => !known.has(field.split('.')[0] as string));
    expect(unknown).toEqual([]);
  });

  it('links to entries that it has', () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor as string);
    const anchors = [...entries.keys(), ...preparations].map((heading) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    );
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('says of every problem of a JWK set what it is, and the dashboard counts it', () => {
    const problems = Object.keys(jwksProblems);
    const rows = [...page.matchAll(/^\| ((?:`\w+`,? ?)+) \|/gm)].flatMap(([, names]) =>
      (names as string).match(/\w+/g),
    );
    expect(rows).toEqual(expect.arrayContaining(problems));
    expect(countedProblems).toEqual(problems);
  });

  it('has commands that a shell can read', () => {
    const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands as string);
    expect(blocks.length).toBeGreaterThan(15);
    expect(() => execFileSync('bash', ['-n'], { input: blocks.join('\n'), stdio: 'pipe' })).not.toThrow();
  });
});

const words = new Set(
  'filter stats fields sort limit by as and or in like desc count count_distinct ispresent pct avg max bin'.split(
    ' ',
  ),
);

/** Fields of a query of CloudWatch Logs Insights, but for those that it makes up itself: aliases, and `@…`. */
function fieldsOf(query: string): string[] {
  const bare = query.replace(/'[^']*'|\/[^/]+\/|\b\d+[mh]?\b/g, ' ');
  const aliases = new Set([...bare.matchAll(/\bas (\w+)/g)].map(([, alias]) => alias as string));
  return (bare.match(/@?[A-Za-z][\w.]*/g) ?? []).filter(
    (field) => !field.startsWith('@') && !words.has(field) && !aliases.has(field),
  );
}

/** What a decision that knows everything leaves, and one that failed. */
function functionLogFields(): string[] {
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
      change: changeOf(storedWith(), storedWith({ jwtClaimName: 'name' })),
    };
    Object.assign(decision, known, { tokenDigest: '00', cacheHit: true });
    audit.allowed(decision);
    audit.refused(decision, new Error('broken'));
    audit.refused(decision, new BrokerError('JwksUnavailable', 'late', { problem: 'TimedOut' }));
    return [...output.logs(), ...output.metrics()].flatMap(Object.keys);
  } finally {
    output.restore();
  }
}

function accessLogFields(): string[] {
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  if (!stage) throw new Error('no stage');
  return Object.keys(JSON.parse(stage['Properties'].AccessLogSettings.Format));
}
