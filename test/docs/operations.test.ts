// docs/operations.md: its commands can be pasted into an interactive bash or zsh.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../support/shell-blocks.ts';

const page = 'docs/operations.md';
const blocks = [...blocksOf(page)];
/** Without what stands between quotes, single ones first. */
const bare = (commands: string) => commands.replace(/'[^']*'/g, '').replace(/"(?:[^"\\]|\\.)*"/g, '');

describe(page, () => {
  it('has commands in most of its sections', () => {
    expect(blocks.length).toBeGreaterThan(15);
  });

  it.each(blocks)('%s: is read by bash', (_, commands) => {
    expect(() => execFileSync('bash', ['-n'], { input: commands, stdio: 'pipe' })).not.toThrow();
  });

  it.each(blocks)('%s: has no comment, which an interactive zsh takes for a command', (_, commands) => {
    expect(bare(commands)).not.toMatch(/(^|\s)#/m);
  });

  it.each(blocks)('%s: has nothing that expands a history or a file name', (_, commands) => {
    expect(commands.replace(/'[^']*'/g, '')).not.toContain('!');
    expect(bare(commands)).not.toMatch(/[[\]*?](?!\S*=)/);
  });

  it.each(blocks)('%s: has no placeholder that would be run as it is', (_, commands) => {
    expect(commands).not.toMatch(/…|\.\.\.|<[a-z-]+>|\b[A-Z]{4,}-ID\b|\bAppService\b|\bNAME\b/);
  });

  it.each(blocks)(
    '%s: does nothing where a variable is not set that no block before it sets',
    (name, commands) => {
      const before = blocks
        .slice(
          0,
          blocks.findIndex(([other]) => other === name),
        )
        .map(([, other]) => other);
      const setByItself = [
        ...[...before, commands].join('\n').matchAll(/(?:^|\s|-r )(_\w+)(?==|;)|read -r (_\w+)/gm),
      ].flatMap(([, assigned, read]) => [assigned ?? read]);
      const used = [...commands.matchAll(/\$\{?(_\w+)(:[?-])?/g)];
      const guarded = new Set(
        used.filter(([, , guard]) => guard !== undefined).map(([, variable]) => variable),
      );
      const bareVariables = used.map(([, variable]) => variable).filter((variable) => !guarded.has(variable));
      expect(bareVariables.filter((variable) => !setByItself.includes(variable as string))).toEqual([]);
    },
  );
});
