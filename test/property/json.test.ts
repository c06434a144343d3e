// Properties of strict JSON: it reads what JSON.parse reads, but for a member that stands twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DuplicateMember, hasMoreStructure, parseJson } from '../../service/json.ts';
import { runs } from '../support/runs.ts';

describe('strict JSON', () => {
  it('is JSON wherever every member stands once', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      runs(1_000),
    );
  });

  it('has as much structure as it has without its texts, whatever stands in those', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        const structure = text.replaceAll(/"(\\.|[^"\\])*"/g, '').replaceAll(/[^{[,:]/g, '').length;
        const bytes = new TextEncoder().encode(text);
        expect(hasMoreStructure(bytes, structure)).toBe(false);
        expect(hasMoreStructure(bytes, structure - 1)).toBe(structure > 0);
      }),
      runs(1_000),
    );
  });

  it('is refused with a member twice, however it is written and wherever it stands', () => {
    const name = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.json({ maxDepth: 2 }), { maxLength: 3 }),
        name,
        fc.json(),
        (between, twice, value) => {
          const escaped = `"${[...twice].map((unit) => escapeOf(unit)).join('')}"`;
          const others = between.map((one, index) => `"other ${index} of ${twice.length}":${one}`);
          const members = [`${JSON.stringify(twice)}:${value}`, ...others, `${escaped}:${value}`];
          expect(() => parseJson(`[0,{${members.join(',')}}]`)).toThrow(DuplicateMember);
        },
      ),
      runs(500),
    );
  });
});

function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
