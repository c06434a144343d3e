// docs/clients.md, and the library's own page: its examples are the files that run, and the programs are typed as the library is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesOf, renderClientsPage } from '../../scripts/clients-page.ts';

const programsOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program]) => program as string);

/** What the reader has, and the library’s page leaves out. */
const world = `
  declare const signedInUser: { idToken(): Promise<string> };
`;

/** What the compiler has against programs, each a module of its own. */
function problemsOf(programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'world.d.ts'), world);
  for (const [n, program] of programs.entries()) writeFileSync(join(folder, `program-${n}.ts`), program);
  const paths = { 'iam-session-broker-client': [resolve('client/library/index.ts')] };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: resolve('tsconfig.json'),
      compilerOptions: { paths, noUnusedLocals: false },
      include: ['*.ts'],
    }),
  );
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

describe.each([
  ['docs/clients.md', 4],
  ['client/library/README.md', 1],
])('%s', (page, programs) => {
  it(`has programs (${programs}) that compile`, () => {
    expect(programsOf(page)).toHaveLength(programs);
    expect(problemsOf(programsOf(page))).toBe('');
  });
});

describe('docs/clients.md', () => {
  const page = readFileSync('docs/clients.md', 'utf8');

  it('shows the examples as they are (npm run docs)', () => {
    expect(renderClientsPage(page)).toBe(page);
  });

  it('shows every source file of the examples, but for the web application, and no other code', () => {
    const sources = readdirSync('examples', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|py|java|go|sh)$/.test(name) && !name.startsWith('shopfast'))
      .map((name) => `examples/${name}`);
    expect(examplesOf(page).sort()).toEqual(sources.sort());
  });

  it('is not what it was, where an example has changed', () => {
    const changed = page.replace("from 'iam-session-broker-client'", "from 'elsewhere'");
    expect(renderClientsPage(changed)).toBe(page);
    expect(() => renderClientsPage(page.replace('one-tenant.ts', 'no-tenant.ts'))).toThrow('no-tenant.ts');
  });
});

describe('these programs', () => {
  it('are compiled: one with an option that there is not is refused', () => {
    const [program = ''] = programsOf('docs/clients.md');
    expect(problemsOf([program.replace('token:', 'tokn:')])).toContain('tokn');
  });

  it('are told the defaults that the library has', () => {
    const [page, code] = ['docs/clients.md', 'client/library/session-broker.ts'].map((path) =>
      readFileSync(path, 'utf8'),
    ) as [string, string];
    expect(code).toContain('timeoutMs = 10_000, budgetMs = 20_000, maxTokens = 1_000');
    expect(page).toContain('the 1,000 tokens used last (`maxTokens`)');
    expect(page).toContain('for 20 seconds in all (`budgetMs`), 10 for one request (`timeoutMs`)');
  });
});
