// JSON as the broker reads it: no member may stand twice.
import { describe, expect, it } from 'vitest';
import { DuplicateMember, parseJson } from '../../service/json.ts';

describe('JSON is read', () => {
  it.each([
    '{}',
    '[]',
    '7',
    '"a,b"',
    '{"a":1,"b":2}',
    '{"a":{"a":1},"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a":["a","a"],"b":"a"}',
    '{"a":"b","b":"a"}',
    '{"a\\"b":1,"a":2}',
    '{"a\\\\":1,"a":2}',
    '{"a":"}","b":"{\\"b\\":1,"}',
    ' { "a" : 1 , "A" : 2 } ',
    '{"":1,"a":2}',
    '{"__proto__":1,"a":2}',
  ])('%s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});

describe('JSON is refused where a member stands twice', () => {
  it.each([
    ['at the top', '{"a":1,"a":1}'],
    ['with others between', '{"a":1,"b":{"c":[1,{"d":2}]},"a":2}'],
    ['within another member', '{"b":{"a":1,"a":2},"c":1}'],
    ['within a list', '[1,{"a":1,"a":2}]'],
    ['once with an escape', '{"a":1,"\\u0061":2}'],
    ['both with an escape', '{"\\n":1,"\\u000a":2}'],
    ['without a name', '{"":1,"":2}'],
    ['that objects have anyway', '{"__proto__":1,"__proto__":2}'],
    ['after a text that looks like an end', '{"a":"\\\\","b":"}","a":1}'],
    ['with white space', '{ "a" : 1 ,\n "a" : 2 }'],
  ])('%s', (_, text) => {
    expect(() => parseJson(text)).toThrow(DuplicateMember);
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", 'undefined'])('and where it is none: %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
