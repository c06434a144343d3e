// docs/settings.md: every setting is there, with its default.
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/settings.ts';

const page = readFileSync('docs/settings.md', 'utf8');
const [settings] = readSettings(new App().node);
const { environmentName: _, isRetained: __, usagePlans, jwksHosts, ...simple } = settings ?? {};

describe('docs/settings.md', () => {
  it.each(Object.entries(simple))('has %s with its default', (name, value) => {
    const shown = typeof value === 'number' ? value.toLocaleString('en-US') : `\`${value}\``;
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| ${shown} \\|`, 'm'));
  });

  it('has the usage plans with their defaults', () => {
    expect(usagePlans).toEqual({
      default: { rateLimit: 100, burstLimit: 200 },
      registration: { rateLimit: 5, burstLimit: 20 },
      applications: {},
    });
    expect(page).toContain('| `usagePlans` | 100 a second, 200 at once; about registrations 5 and 20 |');
  });

  it('says that no host is named by default', () => {
    expect(jwksHosts).toEqual([]);
    expect(page).toContain('| `jwksHosts` | none named: any public DNS name, port 443 |');
  });

  it('has no setting that does not exist', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
    expect(rows.sort()).toEqual(Object.keys({ ...simple, usagePlans, jwksHosts }).sort());
  });
});
