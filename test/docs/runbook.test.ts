// docs/runbook.md: every alarm has its entry, and every entry its alarm. Its queries: queries.test.ts.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { dataAccessAlarms } from '../../lib/broker/monitoring/data-access-alarms.ts';
import { jwksProblems as countedProblems } from '../../lib/broker/monitoring/metrics.ts';
import { sharedSessionsAlarms } from '../../lib/broker/monitoring/shared-sessions-alarms.ts';
import { errorTable } from '../../service/error-table.ts';
import { jwksProblems } from '../../service/tokens/jwks-problem.ts';
import { alarmsOf, compositeAlarmsOf, dashboardWidgets } from '../stack/monitored-metrics.ts';
import { synthesizeService } from '../stack/synthesis.ts';

const page = readFileSync('docs/runbook.md', 'utf8');
const [, ...sections] = page.split(/^## /m);
const preparations = ['Before the first query', 'What was changed by hand'];
/** Heading → text; but for the preparations, each is an alarm's. */
const entries = new Map(
  sections
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section])
    .filter(([heading]) => !preparations.includes(heading)),
);

const descriptionsOf = (template: Template) =>
  [...alarmsOf(template), ...compositeAlarmsOf(template)].map(
    ([name, { AlarmDescription }]): [string, string] => [name, AlarmDescription],
  );
/** A broker that has every alarm that there is. */
const dataAccess = {};
const descriptions = descriptionsOf(synthesizeService({ dataAccess, sharedSessions: true }));
const ofSettings = [...dataAccessAlarms, ...sharedSessionsAlarms].map(({ name }) => name);
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

  it('has the same entries for a broker without data access and shared sessions, but for five', () => {
    expect(ofSettings).toHaveLength(5);
    expect(descriptionsOf(synthesizeService())).toEqual(
      descriptions.filter(([name]) => !ofSettings.some((alarm) => name.endsWith(alarm))),
    );
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

describe('where runbookUrl is set', () => {
  const runbookUrl = `https://wiki.example.com/${'a'.repeat(475)}`;
  const template = synthesizeService({ runbookUrl, dataAccess, sharedSessions: true });
  const linked = descriptionsOf(template);

  it('is as long as the setting may be', () => {
    expect(() => synthesizeService({ runbookUrl: `${runbookUrl}a` })).toThrow(
      'must have at most 500 characters',
    );
  });

  it.each(linked)('the description of %s ends in a link to its entry, and fits', (name, description) => {
    const headings = [...entries.keys()].map((heading) => heading.toLowerCase());
    const [, url, anchor] = / (https:\S+)#(\S+)$/.exec(description) ?? [];
    expect(url).toBe(runbookUrl);
    expect(headings).toContain(anchor);
    expect(description.length).toBeLessThanOrEqual(1_024);
    const [, plain] = descriptions.find(([known]) => known === name) ?? [];
    expect(description).toBe(plain?.replace('docs/runbook.md', runbookUrl));
  });

  it('is every alarm that there is without it', () => {
    expect(linked.map(([name]) => name)).toEqual(descriptions.map(([name]) => name));
  });

  it('the dashboard links to it at its top, over the whole width, and is the same below', () => {
    const [first, ...others] = dashboardWidgets(template);
    expect(first).toMatchObject({ type: 'text', width: 24, height: 1, x: 0, y: 0 });
    expect(first?.properties).toMatchObject({
      markdown: `**[Runbook](${runbookUrl})**: what every alarm means, what to look at, what to do.`,
    });
    const plain = dashboardWidgets(synthesizeService({ dataAccess, sharedSessions: true }));
    expect(plain.map(({ properties }) => properties)).toEqual(others.map(({ properties }) => properties));
  });

  it('the dashboard’s link is whole, whatever brackets the address has', () => {
    const [first] = dashboardWidgets(
      synthesizeService({ runbookUrl: 'https://wiki.example.com/run_(book)' }),
    );
    expect(first?.properties).toMatchObject({
      markdown: expect.stringContaining('(https://wiki.example.com/run_%28book%29)**'),
    });
  });
});
