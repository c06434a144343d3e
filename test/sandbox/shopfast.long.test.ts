// Every cell of ShopFast's file, by roles, users of the directory and groups, with what the credentials do with objects everywhere.
import { describe, it } from 'vitest';
import { useShopFast } from './fixtures/shopfast-departments.ts';
import { askers, openRun } from './fixtures/shopfast-run.ts';
import { runCells, runObjects } from './support/shopfast-runner.ts';

useShopFast();

describe.each(askers)('%s as a %s', (department, kind) => {
  it.each(['Default', 'Minimal'] as const)('gets what its row says: %s', async (privilege) => {
    await runCells(await openRun(department, kind, privilege), department, kind);
  });

  it.each(['Default', 'Minimal'] as const)(
    'does with objects what its permission says, where it was granted, and nothing elsewhere: %s',
    async (privilege) => {
      await runObjects(await openRun(department, kind, privilege), department, kind);
    },
  );
});
