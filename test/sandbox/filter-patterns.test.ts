// Filter patterns: the guide's own examples, what each kind matches, and what is refused by name.
import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../sandbox/filter-patterns/filter-pattern.ts';

/** The sample events of the CloudWatch Logs User Guide, in our words. */
const trail = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  isRoot: true,
  'cluster.name': 'c',
};
const nested = {
  user: { id: 1, email: 'one@example.com' },
  actions: ['GET', 'PUT'],
  grid: [
    [0, 1],
    [4, 5],
  ],
};

describe('a pattern for JSON', () => {
  it.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{$.eventType="UpdateTrail"}', true],
    ['{ $.eventType = "updateTrail" }', false],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = Update* }', true],
    ['{ $.eventType = "*date" }', false],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress != 111.111.* }', false],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[1] = "value" }', false],
    ['{ $.arrayKey[*] = "another value" }', true],
    ['{ $.objectList[1].id >= 2 }', true],
    ['{ $.* = "UpdateTrail" }', true],
    ['{ $.[\'cluster.name\'] = "c" }', true],
    ['{ $[\'cluster.name\'] = "d" }', false],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.eventType IS NULL }', false],
    ['{ $.isRoot IS TRUE }', true],
    ['{ $.isRoot IS FALSE }', false],
    ['{ $.Other NOT EXISTS }', true],
    ['{ $.SomeObject NOT EXISTS }', false],
    ['{ $.Other = "x" }', false],
    ['{ $.eventType = * }', true],
    ['{ $.Other = * }', false],
    ['{ $.constructor NOT EXISTS }', true],
  ])('%s on the trail: %j', (pattern, expected) => {
    expect(parseFilterPattern(pattern)(JSON.stringify(trail))).toBe(expected);
  });

  it.each([
    ['{ ($.user.id = 1) && ($.actions[0] = "GET") }', true],
    ['{ $.user.email = "one@example.com" || $.grid[0][1] = 9 && $.actions[1] = "no" }', true],
    ['{ ($.user.email = "one@example.com" || $.grid[0][1] = 9) && $.actions[1] = "no" }', false],
    ['{ ($.user.id = 2 && $.grid[1][0] = 4) || $.actions[1] = "GET" }', false],
    ['{ ($.user.id = 1 && $.grid[1][0] = 4) || $.actions[1] = "GET" }', true],
  ])('%s, compound: %j', (pattern, expected) => {
    expect(parseFilterPattern(pattern)(JSON.stringify(nested))).toBe(expected);
  });

  it('matches no line that is no JSON', () => {
    expect(parseFilterPattern('{ $.a NOT EXISTS }')('no JSON')).toBe(false);
  });
});

describe('a pattern of terms', () => {
  it.each([
    ['', true],
    ['ERROR', true],
    ['error', false],
    ['ERROR ARGUMENTS', true],
    ['ERROR OTHER', false],
    ['"ERROR 401"', true],
    ['"ERROR 402"', false],
    ['ERROR -ARGUMENTS', false],
    ['ERROR -"of none"', true],
    ['?OTHER ?ARGUMENTS', true],
    ['?OTHER ?NONE', false],
  ])('%j: %j', (pattern, expected) => {
    expect(parseFilterPattern(pattern)('[ERROR 401] wrong ARGUMENTS')).toBe(expected);
  });
});

describe('refused by name, as not understood,', () => {
  it.each([
    ['[ip, user]', 'a pattern for space-delimited events: [ip, user]'],
    ['%regular%', 'the term: %regular%'],
    ['not-quoted', 'the term: not-quoted'],
    ['ERROR "no end', 'the term: "no end'],
    ['ERROR ?maybe', 'optional terms beside others: ERROR ?maybe'],
    ['{ $.a = %regular% }', 'the value: %regular% }'],
    ['{ $.a = "quo\\"te" }', 'the value: "quo'],
    ['{ $.a EXISTS }', 'the operator: EXISTS }'],
    ['{ $.a < "b" }', '< for a text: "b"'],
    ['{ $.a = true }', 'the unquoted value: true'],
    ['{ $.a = NULL }', 'the unquoted value: NULL'],
    ['{ $.a = 40* }', 'the unquoted value: 40*'],
    ['{ $.a = +4 }', 'the unquoted value: +4'],
    [`{ ${'('.repeat(500)}$.a = 1 }`, 'more than 50 levels of parentheses: ('],
    ['{ a = 1 }', 'the selector: a = 1 }'],
    ['{ $.a = 1', 'the pattern, for want of }: '],
    ['{ ($.a = 1 }', 'the pattern, for want of ): }'],
    ['{ $.a = 1 } $.b', 'what follows the pattern:  $.b'],
    ['{ $.a[*].b = 1 }', 'what follows a wildcard: $.a[*].b = 1 }'],
    ['{ $.a[*].b[*] = 1 }', 'more than one wildcard'],
    ['{ $.a[*] = 1 && $.b[*] = 1 && $.c[*] = 1 && $.d[*] = 1 }', 'or than three in all'],
  ])('is %s', (pattern, message) => {
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});
