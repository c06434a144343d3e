// The console's story: step by step over HTTP, and how it fails where the portal is not as it should be.
import { describe, expect, inject, it } from 'vitest';
import { type ConsoleOptions, tellConsole } from '../../demo/console/tell.ts';
import { withoutActions } from './support/amendments.ts';
import { failureOf, listen } from './support/listening.ts';

/** Without a browser: that takes longer, and demo.console.long.test.ts has it. */
async function tell(amendTemplate?: ConsoleOptions['amendTemplate']) {
  const { narrator, lines } = listen();
  const ending = await tellConsole('sandbox', narrator, {
    assemblyDirectory: inject('assemblyDirectory'),
    variables: { CHROMIUM: '' },
    ...(amendTemplate && { amendTemplate }),
  }).catch(() => undefined);
  return { ending, lines, text: lines.join('\n') };
}

describe('the console’s story', () => {
  it('comes out right, step by step, over HTTP', async () => {
    const { ending, lines, text } = await tell();

    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(ending).toMatch(/^Every step came out right\./);
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(19);
    for (const told of [
      'CHROMIUM is empty: over HTTP',
      'GET /cloudadmin → the console: CloudAdmin in 111122223333',
      'GET /billing → the console: Billing in 222233334444',
      'GET /databases → 403: You are in none of the groups that may open this. It takes one of dbs.',
      'GET /audit → 403: You are in none of the groups that may open this. It takes one of sysadmin.',
      's3 GetObject Blue/file.txt → AccessDenied',
      's3 GetObject Yellow/file.txt → AccessDenied',
      'SigninToken=… again → 400',
      'POST /saml/acs again → 403',
      'RoleSessionName grace@example.com, SourceIdentity grace@example.com',
      'tags {"User":"grace@example.com","Group":"dbs","TenantID":"Blue"}',
    ])
      expect(text).toContain(told);
    expect(text).not.toMatch(/SigninToken=\w|AWS_SECRET|SAMLResponse=/);
  });

  it('fails at the first console where the portal may not sign, and says why', async () => {
    const { ending, lines } = await tell((_, template) => {
      for (const { Type, Properties } of Object.values(template.Resources))
        if (Type === 'AWS::KMS::Key') Object.assign(Properties as object, { Enabled: false });
    });

    expect(ending).toBeUndefined();
    expect(failureOf(lines)).toMatch(/^✗ .*Open cloudadmin for 12 h/);
    expect(failureOf(lines)).toMatch(/kms \w+: DisabledException/);
  });

  it('fails at the sign-in where the portal may not write its tables, and says why', async () => {
    const { ending, lines } = await tell((_, template) => withoutActions(template, 'dynamodb:'));

    expect(ending).toBeUndefined();
    expect(failureOf(lines)).toMatch(/^✗ .*Sign in as ada@example\.com/);
    expect(failureOf(lines)).toMatch(/dynamodb \w+: AccessDenied/);
  });
});
