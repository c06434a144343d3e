// docs/portal.md and docs/coming-from-awscons.md: every setting and every output is there; the tests that are named exist.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { portal } from '../../lib/settings/portal.ts';
import { synthesizePortal } from '../stack/synthesis.ts';

interface JsonSchema {
  readonly properties: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

const page = readFileSync('docs/portal.md', 'utf8');
const sections = new Map(
  page.split(/^## /m).map((text): [string, string] => [text.slice(0, text.indexOf('\n')), text]),
);
const rowsOf = (section: string) =>
  [...(sections.get(section) ?? '').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
    ([, name, cells]): [string, string[]] => [name as string, (cells as string).split(' | ')],
  );
const { properties } = z.toJSONSchema(portal, { io: 'input' }) as unknown as JsonSchema;
const settings = {
  ...properties,
  ...properties['identityProvider']?.properties['saml']?.properties,
  ...properties['identityProvider']?.properties['oidc']?.properties,
  ...properties['targets']?.items?.properties,
};
const rows = new Map(rowsOf('Settings'));
const figure = (value: number) => value.toLocaleString('en-US');

const oidc = { issuer: 'https://login.example.com', clientId: 'portal' };

describe('docs/portal.md', () => {
  it('has every setting of the portal, of its identity provider and of a target, and none that does not exist', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(settings).sort());
  });

  it.each(
    Object.entries(settings).filter(([, { default: value }]) =>
      ['number', 'boolean', 'string'].includes(typeof value),
    ),
  )('has the default of %s', (name, { default: value }) => {
    const shown = typeof value === 'number' ? figure(value) : value === '' ? 'none' : `\`${value}\``;
    expect(rows.get(name)?.[0]).toBe(shown);
  });

  it.each(Object.entries(settings).filter(([, { minimum }]) => minimum !== undefined))(
    'has the bounds of %s',
    (name, { minimum = 0, maximum = 0 }) => {
      expect(rows.get(name)?.[1]).toMatch(
        new RegExp(`^${figure(minimum)}–${figure(maximum)}(?![\\d,.]*\\d)`),
      );
    },
  );

  it('has the most targets and groups', () => {
    expect(rows.get('targets')?.[1]).toContain(`1–${settings['targets']?.maxItems}`);
    expect(rows.get('groups')?.[1]).toContain(`at most ${settings['groups']?.maxItems} `);
  });

  it('has examples of settings that synthesis takes', () => {
    // A policy stands in braces of its own.
    const examples = [...page.matchAll(/^ *```json\n(?!\{)([\s\S]*?)^ *```$/gm)].map(
      ([, text]) => JSON.parse(`{${text}}`) as Record<string, { portal?: object }>,
    );
    const [inSandbox, inProduction] = examples;
    expect(examples).toHaveLength(2);
    const targets = [{ service: 'admin', role: 'arn:aws:iam::222233334444:role/Admin', everyone: true }];
    // The file of the metadata is the reader's own.
    const given = JSON.stringify(inProduction?.['production']?.portal).replace(
      'identity-provider.xml',
      'https://login.example.com/saml/metadata',
    );
    expect(portal.safeParse(JSON.parse(given)).error?.issues).toBeUndefined();
    expect(portal.safeParse({ identityProvider: inSandbox, targets }).error?.issues).toBeUndefined();
  });

  it('has every output of the stack, in their order, and nothing else', () => {
    const told = rowsOf('What the stack tells').map(([name]) => name);
    const [bySaml, byOidc] = [synthesizePortal(), synthesizePortal({ identityProvider: { oidc } })].map(
      (template) => Object.keys(template.toJSON()['Outputs'] as object),
    );
    expect(told.filter((name) => bySaml?.includes(name))).toEqual(bySaml);
    expect(told.filter((name) => byOidc?.includes(name))).toEqual(byOidc);
    expect(told.filter((name) => !bySaml?.includes(name) && !byOidc?.includes(name))).toEqual([]);
  });
});

describe('every output of the portal', () => {
  const outputs = [synthesizePortal(), synthesizePortal({ identityProvider: { oidc } })].flatMap((template) =>
    Object.entries(template.toJSON()['Outputs'] as Record<string, { Description?: string }>),
  );

  it.each(outputs)('says what it is: %s', (_, { Description }) => {
    expect(Description).toMatch(/^(The|Root|Where) \w.{10,}[^.]$/);
  });
});

describe('docs/coming-from-awscons.md', () => {
  it('names tests that there are', () => {
    const named = [...readFileSync('docs/coming-from-awscons.md', 'utf8').matchAll(/`(test\/[^`]+)`/g)];
    expect(named.length).toBeGreaterThan(20);
    expect(named.map(([, path]) => path as string).filter((path) => !existsSync(path))).toEqual([]);
  });
});
