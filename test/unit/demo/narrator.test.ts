// What the narrator prints: lines of the terminal's width, and no step that was not tried among those that passed.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { endingOf } from '../../../demo/broker/ending.ts';
import { createNarrator, NotTried } from '../../../demo/narration/narrator.ts';

function listen(terminal: { isTTY?: boolean; columns?: number } = {}) {
  let printed = '';
  const write = (text: string | Uint8Array) => {
    printed += text;
    return true;
  };
  const narrator = createNarrator({ write, ...terminal }, { noColor: false });
  return { narrator, linesOf: () => printed.trimEnd().split('\n') };
}

const told = [
  'GET /credentials?jwt=… → 200, the same access key as before, and that within a millisecond or two',
  '  JWKSetURL   https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_ABCDEFGHI/.well-known/jwks.json',
].join('\n');
const title = 'Be refused as somebody whom the broker has never seen, or does not know any more';

describe('the narrator', () => {
  it.each([
    ['80 columns where there is no terminal', {}, 80],
    ['80 columns where the terminal has none to tell', { isTTY: true, columns: 0 }, 80],
    ['the columns of its terminal', { isTTY: true, columns: 40 }, 40],
  ])('ends lines between words, within %s, and keeps the indentation', async (_, terminal, columns) => {
    const { narrator, linesOf } = listen(terminal);
    await narrator.step(title, async () => told);
    narrator.say(told);
    const lines = linesOf().map((line) => stripVTControlCharacters(line).replace(/^\r/, ''));

    const tooLong = lines.filter((line) => line.length > columns);
    expect(tooLong.every((line) => /^ *https:\S+$/.test(line))).toBe(true);
    expect(lines.join(' ').split(/\s+/)).toEqual(`✓ 1 ${title} ${told} ${told}`.split(/\s+/));
    expect(
      lines.slice(
        1,
        lines.findIndex((line) => line.startsWith('GET')),
      ),
    ).toSatisfy((indented: string[]) => indented.every((line) => line.startsWith('      ')));
    // As many words as there is room for.
    expect(lines.find((line) => line.startsWith('GET'))?.length).toBeGreaterThan(columns - 12);
  });

  it('counts no colour: coloured lines are as long as others', async () => {
    const [plain, coloured] = [listen({ columns: 40 }), listen({ columns: 40, isTTY: true })];
    for (const { narrator } of [plain, coloured]) await narrator.step(title, async () => told);
    const stripped = coloured.linesOf().map((line) => stripVTControlCharacters(line).replace(/^\r/, ''));
    expect(stripped).toEqual(plain.linesOf());
    expect(coloured.linesOf().slice(2).join('\n')).toContain('\u001B[2m');
  });

  it('does not show as passed what was not tried, and remembers it', async () => {
    const { narrator, linesOf } = listen();
    await narrator.step('Pass', async () => 'passed');
    await narrator.step('Wait for a day', async () => new NotTried('There is no day.'));
    expect(linesOf()).toEqual([
      '✓  1  Pass',
      '      passed',
      '–  2  Wait for a day: not tried',
      '      There is no day.',
    ]);
    expect(narrator.notTried).toEqual(['step 2: Wait for a day']);
  });
});

describe('the ending', () => {
  it('says that all was seen, and what to do next', () => {
    expect(endingOf('sandbox', [])).toMatch(
      /^Every step came out right\.\n\nNext: npm start .*docs\/walkthrough\.md/,
    );
  });

  it('says which steps were not tried, and what to do next on AWS', () => {
    const ending = endingOf('aws', ['step 2: Wait for a day', 'step 3: Wait again']);
    expect(ending).toMatch(
      /^Every step that was tried came out right\. Not tried: step 2: Wait for a day; step 3: Wait again\.\n/,
    );
    expect(ending).toContain('npx isb who --tag TenantID=Yellow ');
  });
});
