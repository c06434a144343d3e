// docs/portal-runbook.md: every alarm of the portal has its entry and every entry its alarm; its queries are those that are saved.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from 'vitest';
import { failureCodes, operations } from '../../lib/portal/monitoring/metrics.ts';
import { queries } from '../../lib/portal/monitoring/saved-queries.ts';
import { BrokerLogger } from '../../service/audit/logger.ts';
import { PortalAudit, type PortalOperation } from '../../service/portal/audit.ts';
import { portalErrorTable } from '../../service/portal-errors.ts';
import { signInErrorTable } from '../../service/sign-in/sign-in-error.ts';
import {
  alarmMetrics,
  alarmsOf,
  compositeAlarmsOf,
  dashboardWidgets,
  filteredMetrics,
  widgetMetrics,
} from '../stack/monitored-metrics.ts';
import { synthesizePortal } from '../stack/synthesis.ts';
import { captureOutput } from '../support/captured-output.ts';

const page = readFileSync('docs/portal-runbook.md', 'utf8');
const codes: Readonly<Record<string, { readonly statusCode: number }>> = {
  ...portalErrorTable,
  ...signInErrorTable,
};
const entries = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section])
    .filter(([heading]) => heading !== 'Before the first query'),
);
const template = synthesizePortal();
const descriptionsOf = (of = template) =>
  [...alarmsOf(of), ...compositeAlarmsOf(of)].map(([name, { AlarmDescription }]): [string, string] => [
    name,
    AlarmDescription,
  ]);
const anchorOf = (description: string) => /docs\/portal-runbook\.md#(\S+)$/.exec(description)?.[1];

describe('docs/portal-runbook.md', () => {
  it.each(descriptionsOf())('has the entry that the alarm %s names, with its urgency', (_, description) => {
    const entry = [...entries].find(([heading]) => heading.toLowerCase() === anchorOf(description));
    expect(entry, description).toBeDefined();
    const urgency = /Urgency: (\w+)\./.exec(description)?.[1] ?? 'none';
    expect(entry?.[1].toLowerCase()).toContain(`\n\n*${urgency}.* `);
  });

  it('has no entry without an alarm', () => {
    const anchors = new Set(descriptionsOf().map(([, description]) => anchorOf(description)));
    expect([...entries.keys()].filter((heading) => !anchors.has(heading.toLowerCase()))).toEqual([]);
  });

  it.each([...entries])('says of %s what it means, what to look at, and what to do', (_, text) => {
    expect(text).toMatch(/\n\n\*(Page|Ticket)\.\* [\s\S]+\n\n\*\*Look\.\*\*[\s\S]+\n\n\*\*Do\.\*\* /);
  });

  it('links to entries that it has', () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor as string);
    expect(links.length).toBeGreaterThan(5);
    const anchors = [...entries.keys()].map((heading) => heading.toLowerCase());
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('has commands that a shell can read', () => {
    const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands as string);
    expect(blocks.length).toBeGreaterThan(10);
    expect(() => execFileSync('bash', ['-n'], { input: blocks.join('\n'), stdio: 'pipe' })).not.toThrow();
  });

  it('is what the alarms link to where runbookUrl is set: the page beside the broker’s, or the one that has both', () => {
    const linked = (runbookUrl: string) =>
      new Set(
        descriptionsOf(synthesizePortal({}, { runbookUrl })).map(
          ([, description]) => / (https:\S+)#/.exec(description)?.[1],
        ),
      );
    const beside = 'https://git.example.com/docs/portal-runbook.md?plain=1';
    expect(linked('https://git.example.com/docs/runbook.md?plain=1')).toEqual(new Set([beside]));
    expect(linked('https://wiki.example.com/broker')).toEqual(new Set(['https://wiki.example.com/broker']));
  });
});

/** What the portal's audit writes of decisions that know everything: allowed, refused and failed, for every operation and code. */
function written() {
  const output = captureOutput();
  try {
    const metrics = new Metrics({ namespace: 'IAMSessionBroker', serviceName: 'IAMSessionBrokerPortal' });
    const audit = new PortalAudit(new BrokerLogger(), metrics, () => 0);
    const begun = (operation: PortalOperation) =>
      Object.assign(audit.begin(operation, 'request'), {
        userId: 'ada',
        groups: ['admins'],
        target: 'admin',
        role: 'arn:aws:iam::111122223333:role/A',
        sessionName: 'ada',
        tags: { User: 'ada' },
        durationSeconds: 900,
        accessKeyId: 'ASIA',
      });
    for (const operation of operations) {
      audit.allowed(begun(operation));
      for (const [code, { statusCode }] of Object.entries(codes)) {
        for (const cause of [new Error('broken'), Object.assign(new Error('down'), { $fault: 'server' })])
          audit.refused(begun(operation), { code, message: 'refused', statusCode, cause });
      }
    }
    return { metrics: output.metrics(), logs: output.logs() };
  } finally {
    output.restore();
  }
}

const { metrics, logs } = written();

describe('a metric of the portal that is watched', () => {
  it('is one that the portal emits, or that is counted in its logs, with these very dimensions', () => {
    const emitted = new Set(filteredMetrics(template));
    for (const line of metrics as Record<string, unknown>[]) {
      const { CloudWatchMetrics } = line['_aws'] as {
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
      };
      for (const { Namespace, Dimensions, Metrics: named } of CloudWatchMetrics) {
        for (const { Name } of named) {
          const rendered = (Dimensions[0] ?? []).map(
            (dimension) => `${dimension}=${String(line[dimension])}`,
          );
          emitted.add(`${Namespace}/${Name}{${rendered.sort().join(',')}}`);
        }
      }
    }
    const watched = [...alarmsOf(template).values()]
      .flatMap(alarmMetrics)
      .concat(dashboardWidgets(template).flatMap(widgetMetrics))
      .filter((metric) => metric.startsWith('IAMSessionBroker/'));
    expect(new Set(watched).size).toBeGreaterThan(30);
    expect(watched.filter((metric) => !emitted.has(metric))).toEqual([]);
  });

  it('counts every code with a status of 500 and above as a failure, and no other', () => {
    const failures = Object.keys(codes).filter((code) => (codes[code]?.statusCode ?? 0) >= 500);
    expect([...failureCodes].sort()).toEqual(failures.sort());
  });
});

describe('the queries', () => {
  const asked = [...page.matchAll(/^ask "((?:[^"\\]|\\.)*)"(.*)$/gm)].map(([, query, rest]) => ({
    query: (query as string).replace(/\\([\\"$`])/g, '$1').replace(/\s+/g, ' '),
    log: /^ \d+ "\$_access_log"/.test(rest as string) ? 'access-log' : 'function-log',
  }));
  const textOf = (commands: readonly string[]) => commands.join(' | ');

  it('of the page are saved, for the same log', () => {
    expect(asked.length).toBeGreaterThan(10);
    const saved = queries.map(({ log, commands }) => ({ query: textOf(commands), log }));
    for (const one of asked) expect(saved).toContainEqual(one);
  });

  it('that are saved are shown on the page, but for the dashboard’s', () => {
    const shown = asked.map(({ query }) => query);
    const unshown = queries.filter(({ commands }) => !shown.includes(textOf(commands)));
    expect(unshown.map(({ name }) => name)).toEqual(['LastFailures']);
  });

  it('are saved in the portal’s folder of the environment', () => {
    const saved = Object.values(
      synthesizePortal({}, {}, 'production').findResources('AWS::Logs::QueryDefinition'),
    );
    expect(saved.map(({ Properties }) => Properties.Name)).toEqual(
      queries.map(({ name }) => `IAMSessionBroker/Production/Portal/${name}`),
    );
  });

  it('ask for fields and codes that there are', () => {
    const text = queries.filter(({ log }) => log === 'function-log').map(({ commands }) => textOf(commands));
    const fields = new Set(logs.flatMap((line) => Object.keys(line as object)));
    for (const field of [
      'outcome',
      'operation',
      'userId',
      'target',
      'role',
      'sessionName',
      'durationMs',
      'reason',
    ])
      expect([...fields]).toContain(field);
    const named = text.flatMap((query) => [...query.matchAll(/code (?:= |in \[)((?:'\w+'(?:, )?)+)/g)]);
    const asked = named.flatMap(([, list]) => (list as string).match(/\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((code) => !Object.hasOwn(codes, code))).toEqual([]);
  });
});
