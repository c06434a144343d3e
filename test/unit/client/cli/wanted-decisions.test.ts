// Which decisions are wanted: a pattern out of which no value breaks, and records that are compared exactly.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWanted, patternOf, type Wanted } from '../../../../client/cli/wanted-decisions.ts';
import { parseFilterPattern } from '../../../../sandbox/filter-patterns/filter-pattern.ts';
import { runs } from '../../../support/runs.ts';

const nothing: Wanted = { tags: [], isRefused: false };
const tag = (value: string, key = 'TenantID') => ({ key, value });

/** An audit record that has what is wanted. */
const recordOf = ({ tags, application, subject, issuer, isRefused, ...wanted }: Wanted) => ({
  operation: 'GetCredentials',
  outcome: isRefused ? 'failed' : 'allowed',
  application,
  token: { sub: subject, iss: issuer },
  tags: [...tags, tag('admin', 'Role')],
  directoryUser: wanted.directoryUser,
  data: { target: wanted.target, grantee: wanted.grantee },
});

describe('the pattern', () => {
  it('asks for all that is wanted', () => {
    expect(
      patternOf({
        ...nothing,
        tags: [tag('Yellow'), tag('a b', 'Other')],
        application: 'Shop',
        issuer: 'https://a',
      }),
    ).toBe(
      '{ $.operation = "GetCredentials" && $.outcome = "allowed" && $.application = "Shop" && $.token.iss = "https://a"' +
        ' && ($.tags[0].value = "Yellow" || $.tags[1].value = "Yellow" || $.tags[2].value = "Yellow" || $.tags[3].value = *)' +
        ' && ($.tags[0].value = "a b" || $.tags[1].value = "a b" || $.tags[2].value = "a b" || $.tags[3].value = *) }',
    );
    expect(patternOf({ ...nothing, subject: 'ann', isRefused: true })).toBe(
      '{ $.operation = "GetCredentials" && ($.outcome = "denied" || $.outcome = "failed")' +
        ' && ($.token.sub = "sha256:49915e0d7d4b402e3017d010bc1c0e83" || $.token.sub = "ann") }',
    );
  });

  it('asks for data by their bucket, and by the grant', () => {
    const wanted = { ...nothing, target: 's3://shop-data/users/*', grantee: 'g-1', directoryUser: 'u-1' };
    expect(patternOf(wanted)).toBe(
      '{ $.operation = "GetCredentials" && $.outcome = "allowed" && $.directoryUser = "u-1" && $.data.grantee = "g-1"' +
        ' && ($.data.matchedGrantTarget = "s3://shop-data/*" || $.data.target = "s3://shop-data/*") }',
    );
  });

  it.each(['"', '\\', '*', 'Yell*', 'Grün', '" || $.outcome = "denied', '%a%', "'", 'a\nb', '{', '$'])(
    'leaves out what it cannot hold: %j',
    (value) => {
      const without = '{ $.operation = "GetCredentials" && $.outcome = "allowed" }';
      const wanted = {
        tags: [tag(value)],
        application: value,
        subject: value,
        issuer: value,
        target: value,
        grantee: value,
        directoryUser: value,
        isRefused: false,
      };
      expect(patternOf(wanted)).toBe(without);
    },
  );

  it('has 1,024 characters at most, as AWS takes them', () => {
    const long = ['a', 'b', 'c'].map((letter) => tag(letter.repeat(256)));
    const pattern = patternOf({ ...nothing, tags: long, issuer: 'i'.repeat(400), application: 'Shop' });
    expect(pattern.length).toBeLessThanOrEqual(1_024);
    expect(pattern).toContain('"Shop"');
  });

  it('fails no decision that is wanted, whatever the values are', () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 40 }),
      fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
      fc.constantFrom('Yellow', 'a*b', '" && $.x = "', 'sha256:49915e0d7d4b402e3017d010bc1c0e83'),
    );
    const wanted = fc.record({
      tags: fc.array(fc.record({ key: text, value: text }), { maxLength: 5 }),
      application: fc.option(text, { nil: undefined }),
      subject: fc.option(text, { nil: undefined }),
      issuer: fc.option(text, { nil: undefined }),
      target: fc.option(
        text.map((key) => `s3://shop-data/${key}`),
        { nil: undefined },
      ),
      grantee: fc.option(text, { nil: undefined }),
      directoryUser: fc.option(text, { nil: undefined }),
      isRefused: fc.boolean(),
    });
    fc.assert(
      fc.property(wanted, (each) => {
        const record = recordOf(each);
        expect(parseFilterPattern(patternOf(each))(JSON.stringify(record))).toBe(true);
        expect(isWanted(record, each)).toBe(true);
      }),
      runs(300),
    );
  });
});

describe('a decision', () => {
  const wanted: Wanted = {
    tags: [tag('Yellow')],
    application: 'Shop',
    subject: 'ann',
    issuer: 'https://a',
    isRefused: false,
  };
  const record = recordOf(wanted);

  it.each([
    [{}, true],
    [{ token: { sub: 'sha256:49915e0d7d4b402e3017d010bc1c0e83', iss: 'https://a' } }, true],
    [{ operation: 'ShowApplication' }, false],
    [{ outcome: 'denied' }, false],
    [{ application: 'shop' }, false],
    [{ token: { sub: 'ann', iss: 'https://a/' } }, false],
    [{ token: { sub: 'bob', iss: 'https://a' } }, false],
    [{ token: { iss: 'https://a' } }, false],
    [{ token: null }, false],
    [{ tags: [tag('Yellow', 'Role')] }, false],
    [{ tags: [tag('yellow')] }, false],
    [{ tags: 'TenantID=Yellow' }, false],
    [{ tags: [null, tag('Yellow')] }, true],
  ])('with %j is wanted: %j', (changes, expected) => {
    expect(isWanted({ ...record, ...changes }, wanted)).toBe(expected);
  });

  it('whose tags are split over two is not', () => {
    const tags = [tag('Blue'), tag('Yellow', 'Role')];
    expect(isWanted({ ...record, tags }, wanted)).toBe(false);
  });
});

describe('a decision about data', () => {
  const user = { directoryUser: 'u-1', data: { granteeType: 'DIRECTORY_GROUP', grantee: 'g-1' } };
  const record = { ...recordOf(nothing), ...user };
  const about = (data: object) => ({ ...record, data: { ...record.data, ...data } });

  it.each([
    ['s3://shop/users/*', 's3://shop/users/*', true],
    ['s3://shop/users/ann', 's3://shop/users/*', true],
    ['s3://shop/*', 's3://shop/users/ann', true],
    ['s3://shop/users/*', 's3://shop/**', true],
    ['s3://shop/user*', 's3://shop/users/*', true],
    ['s3://shop/users/ann', 's3://shop/users/ann', true],
    ['s3://shop/users/ann', 's3://shop/users/anna', false],
    ['s3://shop/users/*', 's3://shop/users', false],
    ['s3://shop/users/*', 's3://shop/orders/*', false],
    ['s3://shop/users/*', 's3://shop2/users/*', false],
    ['s3://shop/users/*', 's3://shop/Users/*', false],
  ])('asked for by %s, whose credentials reach %s, is wanted: %j', (target, matchedGrantTarget, expected) => {
    const issued = about({ target: 's3://shop/asked', matchedGrantTarget });
    expect(isWanted(issued, { ...nothing, target })).toBe(expected);
    if (expected)
      expect(parseFilterPattern(patternOf({ ...nothing, target }))(JSON.stringify(issued))).toBe(true);
    // What was refused reaches nothing: it goes by what was asked for.
    const refused = { ...about({ target: matchedGrantTarget }), outcome: 'denied' };
    expect(isWanted(refused, { ...nothing, target, isRefused: true })).toBe(expected);
  });

  it.each([
    [{ grantee: 'g-1' }, true],
    [{ grantee: 'g-1', directoryUser: 'u-1' }, true],
    [{ grantee: 'G-1' }, false],
    [{ grantee: 'u-1' }, false],
    [{ directoryUser: 'u-1' }, true],
    [{ directoryUser: 'u-2' }, false],
    [{ directoryUser: 'g-1' }, false],
    [{ target: 's3://shop/*' }, false],
  ])('by %j is wanted: %j', (wanted, expected) => {
    expect(isWanted(record, { ...nothing, ...wanted })).toBe(expected);
  });

  it.each([{}, { data: null }, { data: 's3://shop/*' }, { data: { target: 7, grantee: ['g-1'] } }])(
    'is none where the record has %j of it',
    (changes) => {
      const { data, ...others } = record;
      for (const wanted of [{ target: 's3://shop/*' }, { grantee: 'g-1' }])
        expect(isWanted({ ...others, ...changes }, { ...nothing, ...wanted })).toBe(false);
    },
  );
});
