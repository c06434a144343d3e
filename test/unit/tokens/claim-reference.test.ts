// The claim reference: exact names and JSON Pointers, as a table of what each finds.
import { describe, expect, it } from 'vitest';
import { claimAt, findReferenceProblem } from '../../../service/tokens/claim-reference.ts';

const claims = JSON.parse(`{
  "tenant": "Yellow",
  "https://example.com/tenant": "by its whole name",
  "a.b": "no path",
  "~1tenant": "begins with a tilde",
  "/tenant": "begins with a slash",
  "": { "": "empty names" },
  "firebase": { "tenant": "Blue", "nothing": null, "text": "abc", "number": 7 },
  "kubernetes.io": { "namespace": "green" },
  "a/b": { "c~d": "escaped" },
  "~1": "tilde and one",
  "roles": ["admin", { "name": "inner" }, ["nested"]],
  "constructor": { "own": "mine" },
  "__proto__": { "own": "mine too" }
}`) as object;

describe('a claim by its reference', () => {
  it.each<[string, unknown]>([
    ['tenant', 'Yellow'],
    ['https://example.com/tenant', 'by its whole name'],
    ['a.b', 'no path'],
    ['~1tenant', 'begins with a tilde'],
    ['a/b', { 'c~d': 'escaped' }],
    ['/tenant', 'Yellow'],
    ['/~1tenant', 'begins with a slash'],
    ['/firebase/tenant', 'Blue'],
    ['/firebase/nothing', null],
    ['/firebase/number', 7],
    ['/kubernetes.io/namespace', 'green'],
    ['/a~1b/c~0d', 'escaped'],
    ['/~01', 'tilde and one'],
    ['/https:~1~1example.com~1tenant', 'by its whole name'],
    ['//', 'empty names'],
    ['/roles/0', 'admin'],
    ['/roles/1/name', 'inner'],
    ['/roles/2/0', 'nested'],
    ['/constructor/own', 'mine'],
    ['/__proto__/own', 'mine too'],
  ])('%s is %j', (reference, value) => {
    expect(claimAt(claims, reference)).toEqual(value);
  });

  it.each([
    'Tenant',
    'tenant ',
    'firebase.tenant',
    'firebase/tenant',
    '/firebase/tenant/',
    '/firebase//tenant',
    '/firebase/Tenant',
    '/firebase/nothing/more',
    '/firebase/text/0',
    '/firebase/text/length',
    '/firebase/number/toFixed',
    '/a/b',
    '/~1',
    '/roles/-',
    '/roles/00',
    '/roles/-1',
    '/roles/3',
    '/roles/0x0',
    '/roles/1.0',
    '/roles/length',
    '/roles/at',
    '/length',
    '/toString',
    '/constructor/name',
    '/constructor/prototype',
    '/firebase/constructor/name',
    '/firebase/__proto__',
    '/__proto__/toString',
    'hasOwnProperty',
  ])('%s is nothing', (reference) => {
    expect(claimAt(claims, reference)).toBeUndefined();
  });

  it.each(['constructor', '__proto__', '/__proto__', '/constructor', '/__proto__/toString'])(
    'is never a member that every object has: %s',
    (reference) => {
      expect(claimAt({}, reference)).toBeUndefined();
    },
  );
});

describe('a reference', () => {
  const problem = 'is a JSON Pointer (RFC 6901), in which ~ is written ~0, and / within a name ~1';

  it.each(['/~', '/a~', '/~2', '/~~0', '/a/b~x/c'])('%s is refused: no such escape', (reference) => {
    expect(findReferenceProblem(reference)).toBe(problem);
  });

  it.each(['a~2', '~', 'a/~2', '/', '//', '/~0', '/~1', '/~01', '/a~0~1b'])('%s is one', (reference) => {
    expect(findReferenceProblem(reference)).toBeUndefined();
  });
});
