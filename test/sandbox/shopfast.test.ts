// ShopFast: the file of its cells held against the ten grants, and one department of each kind. All of them: shopfast.long.test.ts.
import { describe, expect, it } from 'vitest';
import { type Department, type Kind, permissions } from '../conformance/shopfast-cells.ts';
import { useShopFast } from './fixtures/shopfast-departments.ts';
import { askers, departments, file, kindsOf, openRun } from './fixtures/shopfast-run.ts';
import { runCells, runObjects } from './support/shopfast-runner.ts';

useShopFast();

const { grants, cells } = file;

describe('the file', () => {
  it('has ten grants, and every cell: department, prefix, permission and kind of grantee', () => {
    expect(grants).toHaveLength(10);
    const granted = grants.map(({ scope }) => scope.slice(0, -1));
    const prefixes = [...new Set([...granted, 'shopfast-data/users-private'])].sort();
    for (const department of departments) {
      expect(Object.keys(cells[department]).sort()).toEqual(prefixes);
      const expected = kindsOf(department);
      for (const row of Object.values(cells[department]))
        for (const permission of permissions) expect(Object.keys(row[permission])).toEqual(expected);
    }
  });

  it('says nothing but what follows of the ten grants', () => {
    for (const [department, kind] of askers) {
      for (const [prefix, row] of Object.entries(cells[department])) {
        for (const permission of permissions) {
          const deciding = grants.find(
            (grant) =>
              (department === 'Everything' || grant.department === department) &&
              prefix.startsWith(grant.scope.slice(0, -1)) &&
              [permission, 'READWRITE'].includes(grant.permission),
          );
          const outcome = deciding?.scope.replace(/^.*\//, '') ?? 'denied';
          const cell = { department, prefix, permission, kind };
          expect({ ...cell, outcome: row[permission][kind] }).toEqual({ ...cell, outcome });
        }
      }
    }
  });
});

describe.each<[Department, Kind]>([
  ['CustomerSupport', 'role'],
  ['Sales', 'user'],
  ['Marketing', 'group'],
])('%s as a %s', (department, kind) => {
  it('gets what its row says', async () => {
    await runCells(await openRun(department, kind, 'Default'), department, kind);
  });
});

describe('CustomerSupport as a user', () => {
  it('does with objects what its permission says, where it was granted, and nothing elsewhere', async () => {
    await runObjects(await openRun('CustomerSupport', 'user', 'Minimal'), 'CustomerSupport', 'user');
  });
});
