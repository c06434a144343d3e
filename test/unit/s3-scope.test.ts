// The S3 scope: what is one, what is none and why, and what lies within what.
import { describe, expect, it } from 'vitest';
import { isWithin, readScope, renderScope } from '../../service/s3-scope.ts';
import { scopeIn } from '../support/access-grants.ts';

const good: [string, string, string, boolean][] = [
  ['s3://bucket/*', 'bucket', '', true],
  ['s3://bucket/users/*', 'bucket', 'users/', true],
  ['s3://bucket/users*', 'bucket', 'users', true],
  ['s3://bucket/users/list.csv', 'bucket', 'users/list.csv', false],
  ['s3://b.u-c.ket3/a', 'b.u-c.ket3', 'a', false],
  ['s3://abc/ ', 'abc', ' ', false],
  ['s3://bucket//*', 'bucket', '/', true],
  ['s3://bucket//a', 'bucket', '/a', false],
  // S3 reads no path into a key.
  ['s3://bucket/a/../b', 'bucket', 'a/../b', false],
  ['s3://bucket/a/%2e%2e/*', 'bucket', 'a/%2e%2e/', true],
  ['s3://bucket/$*', 'bucket', '$', true],
  ['s3://bucket/$ {a}', 'bucket', '$ {a}', false],
  ['s3://bucket/ü/💥/\u202e*', 'bucket', 'ü/💥/\u202e', true],
  [`s3://bucket/${'x'.repeat(1_024)}`, 'bucket', 'x'.repeat(1_024), false],
  [`s3://bucket/${'ü'.repeat(512)}*`, 'bucket', 'ü'.repeat(512), true],
  [`s3://${'b'.repeat(63)}/*`, 'b'.repeat(63), '', true],
];

const noScope = 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY';
const noBucket = 'must begin with the name of a bucket';
const special = 'must have no * but at its end, no ? and no ${';
const control = 'must have no control characters';
const tooLong = 'must have a key of at most 1024 bytes';
const noObject = 'must end in * where it is no object';

const bad: [string, string][] = [
  ['', noScope],
  ['*', noScope],
  ['s3://', noScope],
  ['s3:///', noScope],
  ['s3:///*', noScope],
  ['s3://bucket', noScope],
  ['s3://bucket*', noScope],
  ['s3:/bucket/*', noScope],
  ['S3://bucket/*', noScope],
  [' s3://bucket/*', noScope],
  ['\ns3://bucket/*', noScope],
  ['https://bucket/*', noScope],
  ['arn:aws:s3:::bucket/*', noScope],
  ['s3://*/a', noBucket],
  ['s3://bu*/a', noBucket],
  ['s3://Bucket/a', noBucket],
  ['s3://bu_cket/a', noBucket],
  ['s3://bu/a', noBucket],
  [`s3://${'b'.repeat(64)}/a`, noBucket],
  ['s3://-bucket/a', noBucket],
  ['s3://bucket-/a', noBucket],
  ['s3://bu..cket/a', noBucket],
  ['s3://bu.-cket/a', noBucket],
  ['s3://.bucket/a', noBucket],
  ['s3://bucket./a', noBucket],
  ['s3://bucket\n/a', noBucket],
  ['s3://bücket/a', noBucket],
  ['s3://user@bucket/a', noBucket],
  ['s3://bucket:443/a', noBucket],
  ['s3://bucket/a*b', special],
  ['s3://bucket/*a', special],
  ['s3://bucket/**', special],
  ['s3://bucket/*/*', special],
  ['s3://bucket/a?', special],
  ['s3://bucket/?*', special],
  ['s3://bucket/${aws:username}/*', special],
  ['s3://bucket/a${*', special],
  ['s3://bucket/a\nb', control],
  ['s3://bucket/a\r*', control],
  ['s3://bucket/a\0', control],
  ['s3://bucket/\u007f*', control],
  ['s3://bucket/\u0085', control],
  ['s3://bucket/\ud800*', control],
  ['s3://bucket/\udc00x', control],
  [`s3://bucket/${'x'.repeat(1_025)}`, tooLong],
  [`s3://bucket/${'ü'.repeat(513)}*`, tooLong],
  [`s3://bucket/${'💥'.repeat(257)}*`, tooLong],
  [`s3://bucket/${'x'.repeat(2_000)}`, 'must be at most 2000 characters long'],
  [`s3://${'b'.repeat(1_000_000)}/`, 'must be at most 2000 characters long'],
  ['s3://bucket/', noObject],
  ['s3://bucket/users/', noObject],
];

describe('a scope', () => {
  it.each(good)('%j is one, and is written as it was', (text, bucket, key, isPrefix) => {
    expect(readScope(text)).toEqual({ bucket, key, isPrefix });
    expect(renderScope(scopeIn(text))).toBe(text);
  });

  it.each(bad)('%j is none', (text, problem) => {
    expect(readScope(text)).toEqual({ problem });
  });

  it('quotes nothing of what is none', () => {
    for (const text of [
      'canary',
      's3://canary!/x',
      's3://bucket/canary?',
      `s3://bucket/${'canary'.repeat(999)}`,
    ]) {
      expect(JSON.stringify(readScope(text))).not.toContain('canary');
    }
  });
});

describe('a scope within another', () => {
  it.each([
    ['s3://bucket/a', 's3://bucket/a', true],
    ['s3://bucket/a', 's3://bucket/*', true],
    ['s3://bucket/a', 's3://bucket/a*', true],
    ['s3://bucket/a*', 's3://bucket/a*', true],
    ['s3://bucket/ab*', 's3://bucket/a*', true],
    ['s3://bucket/a/b', 's3://bucket/a/*', true],
    ['s3://bucket/*', 's3://bucket/*', true],
    ['s3://bucket/a', 's3://bucket/a/*', false],
    ['s3://bucket/a*', 's3://bucket/a', false],
    ['s3://bucket/a*', 's3://bucket/ab*', false],
    ['s3://bucket/*', 's3://bucket/a*', false],
    ['s3://bucket/A', 's3://bucket/a', false],
    ['s3://bucket/a', 's3://other/*', false],
    ['s3://bucket2/a', 's3://bucket/*', false],
    ['s3://bucket/users-private/a', 's3://bucket/users/*', false],
    ['s3://bucket/users-private/a', 's3://bucket/users*', true],
    // One letter in two spellings is two keys.
    ['s3://bucket/\u00fc', 's3://bucket/u\u0308*', false],
    ['s3://bucket/u\u0308', 's3://bucket/u*', true],
  ])('%s in %s: %s', (inner, outer, expected) => {
    expect(isWithin(scopeIn(inner), scopeIn(outer))).toBe(expected);
  });
});
