// The shell's blocks of a page: what a reader pastes, by the section that each stands in.
import { readFileSync } from 'node:fs';

/** `Section, n`, from 1 → commands, without the indentation of a list. */
export function blocksOf(page: string): ReadonlyMap<string, string> {
  const blocks = new Map<string, string>();
  for (const section of readFileSync(page, 'utf8').split(/^## /m).slice(1)) {
    const heading = section.slice(0, section.indexOf('\n'));
    for (const [index, found] of [...section.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].entries()) {
      const [, indentation, commands] = found as unknown as [string, string, string];
      blocks.set(`${heading}, ${index + 1}`, commands.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''));
    }
  }
  return blocks;
}

/** Sections of docs/operations.md about `isb`'s questions, which have tests of their own. */
const elsewhere = ['Who got what', 'What is registered'];

export function isTriedElsewhere(block: string): boolean {
  return elsewhere.some((heading) => block.startsWith(`${heading}, `));
}
