// Required claims: which values meet what is required, types and all.
import { describe, expect, it } from 'vitest';
import { findUnmet, type RequiredClaim } from '../../../service/tokens/required-claims.ts';

const isMet = (claim: string, ...allowed: RequiredClaim[1]) =>
  findUnmet(JSON.parse(`{"c":${claim}}`), [['c', allowed]]) === undefined;

describe('a required claim', () => {
  it.each<[string, RequiredClaim[1]]>([
    ['"a"', ['a']],
    ['"b"', ['a', 'b']],
    ['true', [true]],
    ['false', [false]],
    ['1', [1]],
    ['1.0', [1]],
    ['1e0', [1]],
    ['-0', [0]],
    ['["x","a"]', ['a']],
    ['[1,true]', [true]],
  ])('that is %s has one of %j', (claim, allowed) => {
    expect(isMet(claim, ...allowed)).toBe(true);
  });

  it.each<[string, RequiredClaim[1]]>([
    ['"A"', ['a']],
    ['"a "', ['a']],
    ['"true"', [true]],
    ['true', ['true']],
    ['1', ['1']],
    ['"1"', [1]],
    ['1', [true]],
    ['true', [1]],
    ['0', [false]],
    ['""', [false, 0]],
    ['null', ['null', 0, false]],
    ['[]', ['', 0, false]],
    ['["b"]', ['a']],
    ['[["a"]]', ['a']],
    ['[null]', ['a']],
    ['{"a":"a"}', ['a']],
    ['9007199254740993', [9_007_199_254_740_991]],
    ['1.5', [1]],
    ['"a,b"', ['a', 'b']],
  ])('that is %s has none of %j', (claim, allowed) => {
    expect(isMet(claim, ...allowed)).toBe(false);
  });

  it('that is missing has no value, not even that of the prototype', () => {
    expect(findUnmet({}, [['c', ['a']]])).toBe('c');
    expect(findUnmet({}, [['/constructor/name', ['Object']]])).toBe('/constructor/name');
  });

  it('is found by its pointer', () => {
    const claims = { realm_access: { roles: ['user', 'admin'] } };
    expect(findUnmet(claims, [['/realm_access/roles', ['admin']]])).toBeUndefined();
    expect(findUnmet(claims, [['/realm_access/roles/0', ['admin']]])).toBe('/realm_access/roles/0');
  });

  it('is one of several that must all be met; the first that is not is named', () => {
    const required: RequiredClaim[] = [
      ['a', [1]],
      ['b', [2]],
      ['c', [3]],
    ];
    expect(findUnmet({ a: 1, b: 2, c: 3 }, required)).toBeUndefined();
    expect(findUnmet({ a: 1, b: 3, c: 4 }, required)).toBe('b');
    expect(findUnmet({}, [])).toBeUndefined();
  });
});
