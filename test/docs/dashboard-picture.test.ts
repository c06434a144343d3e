// docs/dashboard.svg: up to date, and every widget, alarm and line of the dashboard is on it, within its card.
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { renderDashboardPicture } from '../../scripts/dashboard-picture.ts';
import { dashboardWidgets, type Widget } from '../../scripts/dashboard-widgets.ts';
import {
  alarmsOf,
  compositeAlarmsOf,
  dashboardWidgets as synthesizedWidgets,
} from '../stack/monitored-metrics.ts';
import { synthesizeService } from '../stack/synthesis.ts';

const page = 'docs/dashboard.svg';
const template = synthesizeService({ runbookUrl: 'https://example.com/runbook' }, 'production');
const widgets = dashboardWidgets();
const svg = renderDashboardPicture(widgets);
const ofKind = (kind: Widget['kind']) => widgets.filter((widget) => widget.kind === kind);

describe(page, () => {
  it('is what the dashboard gives (npm run docs)', () => {
    expect(readFileSync(page, 'utf8')).toBe(svg);
  });

  it('is an image by itself: well-formed, and without anything that is fetched or run', () => {
    expect(() => new XMLParser({ ignoreAttributes: false }).parse(svg, true)).not.toThrow();
    expect(svg).not.toMatch(/<(script|image|use|foreignObject)|href=|url\(|@import/);
  });

  it('has both schemes of colours', () => {
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });

  it('draws no curve: nothing was measured', () => {
    const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !/^M[\d.]+ [\d.]+H[\d.]+$/.test(path))).toEqual([]);
    expect(svg).not.toMatch(/<(polyline|polygon|line|circle)/);
  });

  it('is shown in docs/operations.md, which says that it is no screenshot', () => {
    expect(readFileSync('docs/operations.md', 'utf8')).toMatch(/!\[[^\]]+\]\(dashboard\.svg\)\n+[^#]*drawn/);
  });
});

describe('the picture', () => {
  it('has every widget where it stands', () => {
    expect(widgets.map(({ x, y, width, height }) => ({ x, y, width, height }))).toEqual(
      synthesizedWidgets(template).map(({ x, y, width, height }) => ({ x, y, width, height })),
    );
    expect(svg.match(/class="card"/g)).toHaveLength(widgets.length);
  });

  it('names every alarm that tells somebody', () => {
    const names = [...alarmsOf(template).keys(), ...compositeAlarmsOf(template).keys()];
    expect(
      ofKind('alarms')
        .flatMap(({ entries }) => entries)
        .sort(),
    ).toEqual(names.filter((name) => !/(Long|Short)$/.test(name)).sort());
  });

  it('names every line of a graph, the columns of the log, and the text', () => {
    const shown = new Set([...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, content]) => content));
    for (const { title, entries } of widgets) {
      if (title !== '') expect(shown).toContain(title);
      for (const entry of entries) expect(shown).toContain(entry);
    }
    expect(ofKind('graph').flatMap(({ entries }) => entries)).toEqual(
      expect.arrayContaining([
        'CredentialsLatency: burn rate over 1 hour',
        'within 500 ms',
        '5xx',
        'NoKeySet',
      ]),
    );
    expect(ofKind('log')[0]?.entries).toContain('cause.name');
    expect(ofKind('text')[0]?.entries[0]).toMatch(/^Runbook: /);
  });

  it('keeps what is in a graph above its bottom', () => {
    const legends = ofKind('graph').map(({ entries }) => entries.length);
    expect(Math.max(...legends)).toBeGreaterThan(10);
    const axes = [...svg.matchAll(/class="axis" d="M[\d.]+ ([\d.]+)H/g)].map(([, y]) => Number(y));
    for (const [index, { y }] of ofKind('graph').entries()) expect(axes[index]).toBeGreaterThan(y * 36 + 45);
  });
});
