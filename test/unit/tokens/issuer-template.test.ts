// The issuer template: what fills a placeholder, what does not, and which templates say too little.
import { describe, expect, it } from 'vitest';
import {
  findTemplateProblem,
  isIssuedBy,
  placeholdersOf,
  shapeOf,
} from '../../../service/tokens/issuer-template.ts';

const entra = 'https://login.microsoftonline.com/{tid}/v2.0';
const issOf = (tid: unknown) => `https://login.microsoftonline.com/${tid}/v2.0`;

describe('an issuer without placeholders', () => {
  it.each<[unknown, boolean]>([
    ['https://idp.example.com', true],
    ['https://idp.example.com/', false],
    ['https://IDP.example.com', false],
    ['http://idp.example.com', false],
    [['https://idp.example.com'], false],
    [undefined, false],
    [null, false],
  ])('is that of iss %j: %s', (iss, expected) => {
    expect(isIssuedBy('https://idp.example.com', { iss })).toBe(expected);
  });
});

describe('a template', () => {
  it.each(['1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'a', '-', 'A-9', 'x'.repeat(128)])(
    'is filled by %s',
    (tid) => {
      expect(isIssuedBy(entra, { iss: issOf(tid), tid } as { iss: string })).toBe(true);
    },
  );

  it.each<[string, unknown]>([
    ['empty', ''],
    ['a slash', 'a/b'],
    ['a way up', '../x'],
    ['a dot', 'a.b'],
    ['a percent escape', 'a%2Fb'],
    ['a question mark', 'a?b'],
    ['a number sign', 'a#b'],
    ['a blank', 'a b'],
    ['a line feed last', 'a\n'],
    ['an underscore', 'a_b'],
    ['a brace', '{tid}'],
    ['a letter beyond ASCII', 'é'],
    ['a pattern of a replacement', '$&'],
    ['too long', 'x'.repeat(129)],
    ['a number', 7],
    ['a boolean', true],
    ['null', null],
    ['a list of one', ['a']],
    ['missing', undefined],
  ])('is filled by no claim that is %s, though iss agrees', (_, tid) => {
    expect(isIssuedBy(entra, { iss: issOf(tid), tid } as { iss: string })).toBe(false);
  });

  it.each([
    ['another tenant’s', issOf('b')],
    ['in another case', issOf('A')],
    ['the template itself', entra],
    ['longer', `${issOf('a')}/`],
    ['a beginning of it', 'https://login.microsoftonline.com/a'],
  ])('is not met by an iss that is %s', (_, iss) => {
    expect(isIssuedBy(entra, { iss, tid: 'a' } as { iss: string })).toBe(false);
  });

  it('takes its claims by pointers too, and one claim as often as it stands there', () => {
    const claims = { iss: 'https://a.example.com/a/b', org: { id: 'a' }, unit: 'b' };
    expect(isIssuedBy('https://{/org/id}.example.com/{/org/id}/{unit}', claims)).toBe(true);
    expect(isIssuedBy('https://{/org/id}.example.com/{unit}/{unit}', claims)).toBe(false);
  });

  it('takes claims by other names for them', () => {
    const claims = { iss: 'https://sts.example.com/a/', tid: 'a', tenantid: 'b' };
    expect(isIssuedBy('https://sts.example.com/{tenantid}/', claims, { tenantid: 'tid' })).toBe(true);
    expect(isIssuedBy('https://sts.example.com/{toString}/', claims, { tenantid: 'tid' })).toBe(false);
  });

  it('names its claims', () => {
    expect(placeholdersOf('https://{a}/{/b/c}/{a}')).toEqual(['a', '/b/c', 'a']);
    expect(placeholdersOf('https://idp.example.com')).toEqual([]);
  });

  it('has a shape, whatever its claims are called', () => {
    expect(shapeOf('https://x/{a}/{b}')).toBe(shapeOf('https://x/{tid}/{/p/q}'));
    expect(shapeOf('https://x/{a}')).not.toBe(shapeOf('https://y/{a}'));
  });
});

describe('what is wrong with a template', () => {
  const notBound = (claim: string) =>
    `{${claim}} must be the claim that is JWTClaimName, or one of RequiredClaims: any tenant of the issuer would be accepted`;
  const brace = 'has a brace that belongs to no {claim}';
  const inseparable = 'must have one of /._:~ or the like between two {claims}';

  it.each<[string, string | undefined]>([
    ['https://x', undefined],
    [entra, undefined],
    ['https://x/{tid}/{/a/b}', undefined],
    ['https://x/{tid}.{ver}', undefined],
    ['https://x/{tid}-a_b-{ver}', undefined],
    ['https://x/{other}', notBound('other')],
    ['https://x/{tid}/{other}', notBound('other')],
    ['https://x/{/tid}', notBound('/tid')],
    ['https://x/{TID}', notBound('TID')],
    ['https://x/{}', notBound('')],
    ['https://x/{', brace],
    ['https://x/}', brace],
    ['https://x/{{tid}}', brace],
    ['https://x/}{tid}{', brace],
    ['https://x/{tid}{ver}', inseparable],
    ['https://x/{tid}-{ver}', inseparable],
    ['https://x/{tid}and{ver}', inseparable],
    ['https://x/{ver}.{tid}-{tid}', inseparable],
  ])('%s: %s', (template, problem) => {
    expect(findTemplateProblem(template, ['tid', 'ver', '/a/b'])).toBe(problem);
  });
});
