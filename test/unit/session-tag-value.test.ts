// The session tag's value: what is wrong with one, and whether the other rule would let it in.
import { describe, expect, it } from 'vitest';
import { findValueProblem } from '../../service/session-tag-value.ts';

const strict = 'must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit';
const anyWouldDo = `${strict}; SessionTagValues: Any allows all that STS does`;
const any = 'must be 1–256 letters, digits, spaces or _.:/=+-@';

describe('a session tag’s value', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['Yellow', undefined, undefined],
    ['7_.=+@-', undefined, undefined],
    ['a'.repeat(256), undefined, undefined],
    ['Yellow/Blue', anyWouldDo, undefined],
    ['a:b', anyWouldDo, undefined],
    ['-a', anyWouldDo, undefined],
    [' ', anyWouldDo, undefined],
    ['黄', anyWouldDo, undefined],
    ['', strict, any],
    ['a'.repeat(257), strict, any],
    ['*', strict, any],
    ['Yellow\n', strict, any],
    ['${aws:username}', strict, any],
    ['e\u0301', strict, any],
  ])('%j: Strict says %s, Any says %s', (value, byStrict, byAny) => {
    expect(findValueProblem(value, 'Strict')).toBe(byStrict);
    expect(findValueProblem(value, 'Any')).toBe(byAny);
  });
});
