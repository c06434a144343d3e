// Scopes of S3: which texts are one, what lies within which, and that no text is read as more than it says.
import { describe, expect, it } from 'vitest';
import { isWithin, readScope, renderScope, type S3Scope } from '../../service/s3-scope.ts';

const scope = (text: string): S3Scope => {
  const read = readScope(text);
  if ('problem' in read) throw new Error(read.problem);
  return read;
};

it.each([
  's3://data/*',
  's3://data/a*',
  's3://data/a/b/*',
  's3://data/a/b',
  's3://my.bucket-1/Übersicht + 50 % & mehr=#1, „neu“',
  's3://data/../a',
  `s3://data/${'k'.repeat(1_024)}`,
])('%s is one, and is written so', (text) => {
  expect(renderScope(scope(text))).toBe(text);
});

describe('is none:', () => {
  it.each<[string, string]>([
    ['', 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    ['data/*', 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    ['S3://data/*', 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    ['s3://data', 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    ['s3:///a*', 'must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    ['s3://*/a', 'must begin with the name of a bucket'],
    ['s3://da/a', 'must begin with the name of a bucket'],
    ['s3://-data/a', 'must begin with the name of a bucket'],
    ['s3://data..x/a', 'must begin with the name of a bucket'],
    ['s3://data@x/a', 'must begin with the name of a bucket'],
    ['s3://data/', 'must end in * where it is no object'],
    ['s3://data/a/', 'must end in * where it is no object'],
    ['s3://data/a*b', 'must have no * but at its end, no ? and no ${'],
    ['s3://data/a**', 'must have no * but at its end, no ? and no ${'],
    ['s3://data/a?*', 'must have no * but at its end, no ? and no ${'],
    ['s3://data/${aws:username}/*', 'must have no * but at its end, no ? and no ${'],
    ['s3://data/a\u0000*', 'must have no control characters'],
    ['s3://data/a\nb', 'must have no control characters'],
    ['s3://data/\ud800', 'must have no control characters'],
    [`s3://data/${'ü'.repeat(513)}`, 'must have a key of at most 1024 bytes'],
    [`s3://data/${'k'.repeat(2_000)}`, 'must be at most 2000 characters long'],
  ])('%j', (text, problem) => {
    expect(readScope(text)).toEqual({ problem });
  });
});

it.each<[string, string, boolean]>([
  ['s3://data/a/*', 's3://data/*', true],
  ['s3://data/a/*', 's3://data/a/*', true],
  ['s3://data/a/b', 's3://data/a/*', true],
  ['s3://data/a/b', 's3://data/a/b', true],
  ['s3://data/a*', 's3://data/a/*', false],
  ['s3://data/a', 's3://data/a/*', false],
  ['s3://data/Blue2/*', 's3://data/Blue/*', false],
  ['s3://data/Blue2/*', 's3://data/Blue*', true],
  ['s3://data/a/b*', 's3://data/a/b', false],
  ['s3://data/a/*', 's3://data2/*', false],
  ['s3://data2/a', 's3://data/*', false],
])('%s within %s: %s', (inner, outer, within) => {
  expect(isWithin(scope(inner), scope(outer))).toBe(within);
});
