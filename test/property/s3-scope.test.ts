// S3 scopes: they read back as they were, and lie within each other as their keys do.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWithin, readScope, renderScope, type S3Scope } from '../../service/s3-scope.ts';
import { runs } from '../support/runs.ts';

const LETTERS = ['a', 'b', '/'];
/** Every key of up to five letters. */
const universe = [''];
for (let index = 0; (universe[index] as string).length < 5; index += 1) {
  for (const letter of LETTERS) universe.push(`${universe[index]}${letter}`);
}

const scopes: fc.Arbitrary<S3Scope> = fc.record({
  bucket: fc.constantFrom('bucket', 'bucket2'),
  key: fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 3 }),
  isPrefix: fc.boolean(),
});

/** The keys of a scope, by what AWS says of it, and not by how it is written. */
const keysOf = ({ bucket, key, isPrefix }: S3Scope) =>
  new Set(
    universe
      .filter((one) => (isPrefix ? one.slice(0, key.length) === key : one === key))
      .map((one) => `${bucket}/${one}`),
  );

it('one scope lies within another where all of its keys do', () => {
  fc.assert(
    fc.property(scopes, scopes, (inner, outer) => {
      const outerKeys = keysOf(outer);
      expect(isWithin(inner, outer)).toBe([...keysOf(inner)].every((key) => outerKeys.has(key)));
    }),
    runs(500),
  );
});

/** Of any code units: halves of pairs, too. */
const anything = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xff_ff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

it('a text that is a scope is written as it was, and any other is told what is wrong with it, unquoted', () => {
  const texts = fc.oneof(
    anything(20),
    fc
      .tuple(fc.constantFrom('bucket', 'b', 'B', 'a.b-c'), anything(8), fc.constantFrom('', '*', '/'))
      .map(([bucket, key, end]) => `s3://${bucket}/${key}${end}`),
    fc
      .string({ unit: fc.constantFrom('s', '3', ':', '/', '*', '?', '$', '{', '.', '-'), maxLength: 30 })
      .map((text) => `s3://buc${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const scope = readScope(text);
      if ('problem' in scope) {
        expect(scope.problem).toMatch(/^must /);
        return;
      }
      expect(renderScope(scope)).toBe(text);
      // In UTF-8, as S3 has it, it is still the same.
      expect(Buffer.from(text).toString()).toBe(text);
      // Nothing in it means more than itself but the one * at its end.
      expect(text.slice(0, -1)).not.toMatch(/[*?]|\$\{/);
    }),
    runs(500),
  );
});
