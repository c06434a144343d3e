// docs/data-access.md and what docs/api.md says of it: settings, fields, parameters, answers and codes are those that there are, and
// the trust policy lets in whom it should.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dataAccess } from '../../lib/settings/data-access.ts';
import { authorizeAssumeRole } from '../../sandbox/authorization/assume-role.ts';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import type {
  DataAccessManager,
  IssuedAccess,
} from '../../service/data-access-broker/data-access-manager.ts';
import { dataAccessDefaults } from '../../service/data-access-broker/environment.ts';
import { dataParameters, grantsParameters } from '../../service/data-access-broker/parameters.ts';
import { dataAccessRoutesOf } from '../../service/data-access-broker/routes.ts';
import { errorTable } from '../../service/error-table.ts';
import { dataAccessRulesOf } from '../../service/registrations/data-access-rules.ts';
import { renderDataAccess } from '../../service/registrations/registration-document.ts';
import {
  account,
  accountId,
  identities,
  session,
  useIdentities,
} from '../sandbox/fixtures/identities-account.ts';

const page = readFileSync('docs/data-access.md', 'utf8');
const api = readFileSync('docs/api.md', 'utf8');
const sectionOf = (text: string, heading: string) =>
  text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
/** Of every row its cells; the heading's are not code. */
const rowsIn = (text: string) =>
  [...text.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) => (row as string).split(' | '));
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

/** What is answered, by the routes themselves. */
async function answerTo(issued: Partial<IssuedAccess>) {
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't', expiresAt: 0 };
  const tags = { TenantID: 'Yellow' };
  const manager = { issueCredentials: async () => ({ credentials, tags, actsForUser: false, ...issued }) };
  const route = dataAccessRoutesOf(manager as unknown as DataAccessManager).get('GET /credentials');
  const { body } = (await route?.run({} as never, {} as never)) ?? {};
  return (typeof body === 'string' ? JSON.parse(body) : body) as Record<string, unknown>;
}
const data = {
  accessKeyId: 'ASIA',
  secretAccessKey: 's',
  sessionToken: 't',
  expiresAt: 0,
  matchedGrantTarget: 's3://data/*',
  grantee: { granteeType: 'IAM', granteeIdentifier: 'arn' },
  permission: 'READ',
} as const;

describe('the settings', () => {
  const rows = new Map(rowsIn(sectionOf(page, 'Settings')).map(([name, ...cells]) => [name, cells]));
  const { properties } = z.toJSONSchema(dataAccess, { io: 'input' }) as {
    properties: Record<string, { minimum?: number; maximum?: number }>;
  };

  it('are all there, each with default, bounds, effect and cost', () => {
    expect([...rows.keys()]).toEqual(Object.keys(properties).map((name) => `\`${name}\``));
    for (const cells of rows.values()) expect(cells.map((cell) => cell !== '')).toEqual(Array(4).fill(true));
  });

  it('have the default and the bounds of grantCacheSeconds', () => {
    const { minimum, maximum } = properties['grantCacheSeconds'] ?? {};
    const [byDefault, bounds] = rows.get('`grantCacheSeconds`') ?? [];
    expect(byDefault).toBe(String(dataAccessDefaults.grantCacheSeconds));
    expect(bounds).toMatch(new RegExp(`^${minimum}–${maximum?.toLocaleString('en-US')};`));
  });

  it('take the example', () => {
    const [, example] = /```json\n"dataAccess": (\{[\s\S]*?\n\})\n```/.exec(page) ?? [];
    expect(dataAccess.parse(JSON.parse(example ?? ''))).toMatchObject({ grantCacheSeconds: 300 });
  });
});

describe('a registration', () => {
  it('has the fields of AccessGrants, with their defaults', () => {
    const rows = rowsIn(sectionOf(page, 'What may be asked for'));
    const full = renderDataAccess(dataAccessRulesOf({ AccessGrants: { TargetTemplate: 's3://data/{T}/*' } }));
    const { TargetTemplate: _, ...defaults } = full.AccessGrants ?? {};
    expect(rows.flatMap(([name]) => namesIn(name)).sort()).toEqual(
      Object.keys(full.AccessGrants ?? {}).sort(),
    );
    for (const [name, value] of Object.entries(defaults)) {
      expect(rows.find(([field]) => field === `\`${name}\``)?.[1]?.replaceAll('`', '')).toBe(String(value));
    }
  });
});

describe('a request', () => {
  const rows = rowsIn(sectionOf(api, 'Data access'));

  it('has the parameters that docs/api.md has, by both names', () => {
    const parameters = rows
      .map(([inQuery, inBody]) => [...namesIn(inQuery), ...namesIn(inBody)])
      .filter(([inQuery, inBody]) => inBody?.toLowerCase() === inQuery?.toLowerCase());
    expect(parameters).toEqual([...dataParameters, ...grantsParameters]);
  });

  it('is answered with the fields that docs/api.md has, and that the example shows', async () => {
    const plain = Object.keys(await answerTo({}));
    const answered = await answerTo({ data });
    const further = Object.keys(answered).filter((name) => !plain.includes(name));
    expect(rows.map(([name]) => namesIn(name)).filter(([name]) => further.includes(String(name)))).toEqual(
      further.map((name) => [name]),
    );
    const [, example] = /```http\nGET \/credentials[\s\S]*?\n\n(\{[\s\S]*?\n\})\n```/.exec(page) ?? [];
    expect(Object.keys(JSON.parse(example ?? '')).sort()).toEqual(Object.keys(answered).sort());
  });

  it('for a user and without a target is answered with the warning', async () => {
    const { Warnings } = await answerTo({ actsForUser: true });
    const [{ Code }] = Warnings as [{ Code: string }];
    expect(page).toContain(`\`${Code}\``);
    expect(api).toContain(`\`${Code}\``);
  });
});

describe('what can go wrong', () => {
  const shown = rowsIn(sectionOf(page, 'What can go wrong')).flatMap(([codes]) => namesIn(codes));

  it('has codes that there are', () => {
    expect(shown.filter((code) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });

  it('has every code that only data access has', () => {
    const own = Object.keys(errorTable).filter((code) =>
      /^Target|Grant|^TokenAlready|UserNotInDirectory|IdentityC|^Location/.test(code),
    );
    expect(own.length).toBe(10);
    expect(shown).toEqual(expect.arrayContaining(own));
  });
});

describe('the trust policy of an access role whose sessions act for users', () => {
  useIdentities();
  const Statement = JSON.parse(
    (/```json\n(\[[\s\S]*?\n\])\n```/.exec(page)?.[1] ?? '').replaceAll('<account>', accountId),
  ) as PolicyDocument['Statement'];
  const context = {
    providerArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
    identity: { userId: 'u', groupIds: [], identityStoreArn: 'd', instanceArn: 'i', applicationArn: 'a' },
  };
  const tags = new Map([['TenantID', 'Yellow']]);

  function enter(request: object, statements = Statement) {
    const broker = session('IAMSessionBroker');
    const trustPolicy = { Version: '2012-10-17', Statement: statements } as PolicyDocument;
    const role = identities.createRole({ roleName: 'ShopFast-Users', trustPolicy });
    const asked = { role, sessionName: 'Yellow', externalId: 'ShopFast', tags, ...request };
    return authorizeAssumeRole(account, broker, asked);
  }

  it('lets the broker in for a user', () => {
    expect(enter({ context }).allowed).toBe(true);
  });

  it('lets the broker try the role without a user', () => {
    expect(enter({}).allowed).toBe(true);
  });

  it('keeps out what comes without the external id', () => {
    expect(enter({ context, externalId: undefined }).allowed).toBe(false);
  });

  it('keeps out the word of another provider', () => {
    const other = { ...context, providerArn: 'arn:aws:iam::aws:contextProvider/Other' };
    expect(enter({ context: other }).reason).toMatch(/sts:SetContext/);
  });

  it('keeps the trial out where it asks for a user, as the page says', () => {
    const asking = JSON.parse(JSON.stringify(Statement).replace('ForAllValues', 'ForAnyValue'));
    expect(enter({}, asking).allowed).toBe(false);
  });
});
