// The documents: generated pages are up to date, and links between files lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderErrorsPage } from '../../scripts/errors-page.ts';

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'bench/README.md',
  'sandbox/README.md',
  'client/library/README.md',
  'client/infrastructure/README.md',
];

/** What a reader pastes: blocks of shell, but for those that are a file of examples/. */
function commandsOf(page: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/(<!-- examples\S* -->\n)?^ *```sh\n([\s\S]*?)```/gm);
  return [...blocks].flatMap(([, file, block = '']) => (file === undefined ? [block] : []));
}

describe('documents', () => {
  it('docs/errors.md is what the table of errors gives (npm run docs)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(renderErrorsPage());
  });

  it.each(pages)('%s links only to files that exist', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)];
    const broken = links
      .map(([, path]) => join(dirname(page), path as string))
      .filter((path) => !existsSync(path));
    expect(broken).toEqual([]);
  });

  it.each(pages.filter((page) => page !== 'CHANGELOG.md'))('%s names only files that exist', (page) => {
    const text = readFileSync(page, 'utf8');
    const folders = 'bench|bin|client|demo|docs|lib|probe|sandbox|scripts|service|test';
    const named = [
      ...text.matchAll(
        new RegExp(
          `(?<![\\w/.-])((?:${folders})/[\\w./-]*\\.(?:ts|mjs|json|md)|examples/[\\w./-]*\\.\\w+)\\b`,
          'g',
        ),
      ),
    ];
    const missing = named
      .map(([, path]) => path as string)
      .filter((path) => !existsSync(path) && !existsSync(join(dirname(page), path)));
    expect([...new Set(missing)]).toEqual([]);
  });

  it.each(['walkthrough', 'data-access-by-hand'])(
    'docs/%s.md can be pasted into an interactive shell: nothing expands a history',
    (name) => {
      const blocks = [...readFileSync(`docs/${name}.md`, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)];
      expect(blocks.length).toBeGreaterThan(10);
      expect(blocks.filter(([, block]) => /"[^"'\n]*!/.test(block as string))).toEqual([]);
    },
  );

  it.each(pages)('%s has no comment among its commands: to an interactive zsh it is arguments', (page) => {
    expect(commandsOf(page).filter((block) => /(?:^|\s)#/m.test(block))).toEqual([]);
  });

  it('commands are found on pages, and files to copy are none', () => {
    expect(commandsOf('README.md')).toHaveLength(2);
    expect(commandsOf('docs/operations.md').length).toBeGreaterThan(10);
    expect(commandsOf('docs/clients.md').join()).not.toContain('tenant_credentials() {');
  });

  it('the architecture decisions are numbered without a gap', () => {
    const numbers = readdirSync('docs/adr')
      .filter((name) => /^\d{4}-/.test(name))
      .map((name) => Number(name.slice(0, 4)))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
