// docs/settings.md: every setting is there, with its default and its bounds.
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../lib/settings/context.ts';
import { environmentSettings } from '../../lib/settings/environment.ts';
import { complete } from '../../lib/settings/settings.ts';

interface JsonSchema {
  readonly properties: Record<string, JsonSchema>;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly enum?: readonly number[];
}

const page = readFileSync('docs/settings.md', 'utf8');
const { properties } = z.toJSONSchema(environmentSettings, { io: 'input' }) as unknown as JsonSchema;
const [defaults] = readSettings(new App().node);

/** Name → its cells: default, bounds, effect, cost. */
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, cells]) => [
    name,
    (cells as string).split(' | '),
  ]),
);
const bounded = Object.entries(properties).filter(([, { minimum }]) => minimum !== undefined);
const figure = (value: number) => value.toLocaleString('en-US');

describe('docs/settings.md', () => {
  it('has every setting and every key of a domain, and none that does not exist', () => {
    expect([...rows.keys()].sort()).toEqual(
      [...Object.keys(properties), ...Object.keys(properties['domain']?.properties ?? {})].sort(),
    );
  });

  it('says of every setting its default, bounds, effect and cost', () => {
    for (const name of Object.keys(properties)) {
      expect(rows.get(name)?.map((cell) => cell.trim() !== '')).toEqual([true, true, true, true]);
    }
  });

  it.each(
    Object.entries(properties).filter(
      ([, { default: value }]) => typeof value !== 'object' && value !== undefined,
    ),
  )('has the default of %s', (name, { default: value }) => {
    expect(rows.get(name)?.[0]).toBe(typeof value === 'number' ? figure(value) : `\`${value}\``);
  });

  it('has the defaults that are no figures', () => {
    expect(defaults).toMatchObject({
      usagePlans: {
        default: { rateLimit: 100, burstLimit: 200 },
        registration: { rateLimit: 5, burstLimit: 20 },
        applications: {},
      },
      jwksHosts: [],
      alarmTargets: [],
    });
    expect(defaults?.provisionedConcurrency).toBe(0);
    expect(complete('gamma', environmentSettings.parse({})).provisionedConcurrency).toBe(1);
    expect(defaults?.maxProvisionedConcurrency).toBe(defaults?.provisionedConcurrency);
    expect(defaults).not.toHaveProperty('reservedConcurrency');
    expect(defaults).not.toHaveProperty('domain');
    expect(rows.get('usagePlans')?.[0]).toBe('100 a second, 200 at once; about registrations 5 and 20');
    expect(rows.get('jwksHosts')?.[0]).toBe(
      'none named: any public DNS name that leads to a public address, port 443',
    );
    expect(rows.get('alarmTargets')?.[0]).toBe('none');
    expect(rows.get('provisionedConcurrency')?.[0]).toBe('1; none in an environment named `sandbox`');
    expect(rows.get('reservedConcurrency')?.[0]).toBe('none: what the account has left');
    expect(rows.get('maxProvisionedConcurrency')?.[0]).toBe('`provisionedConcurrency`: nothing scales');
  });

  it.each(bounded)('has the bounds of %s', (name, { minimum = 0, maximum = 0 }) => {
    expect(rows.get(name)?.[1]).toMatch(new RegExp(`^${figure(minimum)}–${figure(maximum)}(?![\\d,.]*\\d)`));
  });

  it.each(Object.entries(properties).filter(([, { maxItems }]) => maxItems !== undefined))(
    'has the most entries of %s',
    (name, { maxItems }) => {
      expect(rows.get(name)?.[1]).toMatch(new RegExp(`^at most ${maxItems} `));
    },
  );

  it('has the periods of CloudWatch Logs', () => {
    expect(rows.get('logRetentionDays')?.[1]).toBe(properties['logRetentionDays']?.enum?.join(', '));
  });

  it('is checked on bounds of every kind', () => {
    expect(bounded.map(([name]) => name)).toContain('provisionedConcurrencyUtilization');
    expect(bounded.length).toBeGreaterThan(8);
  });
});
