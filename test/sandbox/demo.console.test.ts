// The console's story: step by step over HTTP. What goes wrong: demo.console.long.test.ts.
import { describe, expect, it } from 'vitest';
import { tellOverHttp } from './support/console-story.ts';

describe('the console’s story', () => {
  it('comes out right, step by step, over HTTP', async () => {
    const { ending, lines, text } = await tellOverHttp();

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
});
