// docs/clients.md: the blocks of code below a comment that names an example are that example's text.
import { readFileSync } from 'node:fs';

const block = /<!-- (?<file>examples\/[\w./-]+) -->\n```(?<language>\w+)\n[\s\S]*?```/g;

/** @param page as it stands @throws where an example is not there, or would end its block */
export function renderClientsPage(page: string): string {
  return page.replace(block, (_, file: string, language: string) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    if (text.includes('```')) throw new Error(`${file} has three backticks, which would end its block`);
    return `<!-- ${file} -->\n\`\`\`${language}\n${text}\`\`\``;
  });
}

/** The examples that a page shows, in its order. */
export const examplesOf = (page: string): string[] =>
  [...page.matchAll(block)].map(({ groups }) => groups?.['file'] as string);
