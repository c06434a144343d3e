// docs/identity-providers.md: its registrations are the ones that the conformance cases try, and it says where each fact is from.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readProviderFiles } from '../conformance/identity-provider.ts';

const page = readFileSync('docs/identity-providers.md', 'utf8');
const files = readProviderFiles();
const providers = [...new Set(files.map(({ provider }) => provider))];

/** Heading → what stands below it. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
);

describe('docs/identity-providers.md', () => {
  it('has a section for every provider that is tried, and none for any other', () => {
    expect([...sections.keys()].sort()).toEqual([...providers].sort());
  });

  it('lists the sections in its table, in their order', () => {
    const rows = [...page.matchAll(/^\| \[([^\]]+)\]\(#([^)]+)\) \|/gm)];
    expect(rows.map(([, name]) => name)).toEqual([...sections.keys()]);
    expect(rows.map(([, , anchor]) => anchor)).toEqual([...sections.keys()].map(anchorOf));
  });

  it.each(providers)('shows the registrations of %s as they are tried, in their order', (provider) => {
    const shown = [...(sections.get(provider) ?? '').matchAll(/```json\n([\s\S]*?)```/g)];
    expect(shown.map(([, block]) => textOf(JSON.parse(block as string)))).toEqual(
      ofProvider(provider).flatMap(({ cases }) => cases.map(({ registration }) => textOf(registration))),
    );
  });

  it.each(providers)('names the sources of what it says of %s', (provider) => {
    const links = [...(sections.get(provider) ?? '').matchAll(/<(https:[^>]+)>/g)].map(([, url]) => url);
    expect(links).toEqual(expect.arrayContaining(ofProvider(provider).flatMap(({ sources }) => sources)));
  });

  it.each(providers)(
    'says of %s what to send, what it looks like, who can write it and what to pin',
    (provider) => {
      if (provider === 'Any other provider') return;
      const section = sections.get(provider) ?? '';
      for (const topic of ['Send', 'Looks like', 'Who can write it', 'Pin']) {
        expect(section).toContain(`**${topic}**`);
      }
    },
  );
});

function ofProvider(provider: string) {
  return files.filter((file) => file.provider === provider);
}

/** Every member in its place, whatever the blanks. */
function textOf(registration: unknown): string {
  return JSON.stringify(registration, null, 2);
}

/** As GitHub makes one of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
