// `npm start` with a portal: how a person is told to get in, and that this leads in.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { PortalVisit, textOf } from './support/portal-visit.ts';
import { start } from './support/start-process.ts';

test('says where the portal is, who may sign in, and the password, and lets them open its targets', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const {
    process: child,
    variables,
    exited,
  } = await start(directory, '--assembly', inject('assemblyDirectory'));
  const told = text(child.stderr);
  const visit = await PortalVisit.of({ environment: variables }, 'ada@example.com');
  const console = textOf(await visit.open('cloudadmin'));
  child.kill('SIGTERM');

  expect(await exited).toBe(0);
  expect(console).toContain('Who you are Account 111122223333 Role CloudAdmin Session ada@example.com');
  expect(await told).toMatch(
    new RegExp(
      [
        `portal: open ${variables['ISB_PORTAL_URL']} and sign in`,
        '  as ada@example\\.com, .*max@example\\.com',
        `  with the password ${variables['ISB_PORTAL_PASSWORD']}`,
        '  targets: cloudadmin, databases, documents, billing, audit\n',
      ].join('\n'),
    ),
  );
});

test('deploys a portal under a domain name of its own, and the roles of its targets', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const assembly = ['--assembly', inject('assemblyDirectory'), '--environment', 'production'];
  const { process: child, variables, exited } = await start(directory, ...assembly);
  const told = text(child.stderr);
  child.kill('SIGTERM');

  expect(await exited).toBe(0);
  expect(variables['ISB_PORTAL_URL']).toBe('https://console.eu-west-1.production.shop.example.com/');
  expect(variables['ISB_OTHER_ACCOUNT_ID']).toBe('222233334444');
  expect(await told).toContain('  targets: admin, billing\n');
});
