// Properties of the portal's session names: STS takes every one, and no two users have the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionNameOf } from '../../service/sign-in/session-name.ts';
import { runs } from '../support/runs.ts';

const many = runs(5_000);

/** Ids near the rules: what STS allows, what it does not, whole Unicode, and the form that others are mapped to. */
const id = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aZ09_=+,.@-'), maxLength: 70 }),
  fc.string({ unit: fc.constantFrom(...'a-@#: üЯ黄\n\0'), maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'\ud800\udfff\ufffdaé\u0301'), maxLength: 6 }),
  fc
    .tuple(
      fc.string({ maxLength: 50 }),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 15, maxLength: 17 }),
    )
    .map(([start, digits]) => `${start}-${digits}`),
);

describe('a session name', () => {
  it('is one that STS takes, and the same every time', () => {
    fc.assert(
      fc.property(id, (userId) => {
        expect(sessionNameOf(userId)).toMatch(/^[\w+=,.@-]{2,64}$/);
        expect(sessionNameOf(userId)).toBe(sessionNameOf(userId));
      }),
      many,
    );
  });

  it('is no other user’s: of what looks alike, of what it was made of, and of itself', () => {
    fc.assert(
      fc.property(id, id, (one, another) => {
        // Whoever may choose an id may choose another's name as his own.
        const ids = new Set([
          one,
          another,
          sessionNameOf(one),
          sessionNameOf(sessionNameOf(one)),
          one.normalize('NFC'),
          one.trim(),
          `${one} `,
          one.toLowerCase(),
        ]);
        expect(new Set([...ids].map(sessionNameOf)).size).toBe(ids.size);
      }),
      many,
    );
  });
});

describe('the session name of', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['ab', 'ab'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['a', 'a-ed3c52bfb1e5b8d9'],
    ['', '-e3b0c44298fc1c14'],
    ['ada_example.com#EXT#@contoso.onmicrosoft.com', 'ada_example.com-EXT-@contoso.onmicrosoft.com-'],
    ['Ада Ловлейс', '--'],
    ['ada-0123456789abcdef', 'ada-0123456789abcdef-'],
  ])('%j begins as its user knows it', (userId, expected) => {
    const name = sessionNameOf(userId);
    expect(name.startsWith(expected.slice(0, -16)) || name === expected).toBe(true);
    expect(name === expected || /-[0-9a-f]{16}$/.test(name)).toBe(true);
  });
});
