// What an item of the reference's table becomes: the same rules as the broker's, and nothing that an item holds gets through.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../client/cli/reference-item.ts';
import { parsedUrl } from '../../../../service/parsed-url.ts';
import { parseRegistration } from '../../../../service/registrations/registration.ts';
import { findJwksUrlProblem } from '../../../../service/tokens/jwks-url.ts';

const texts = {
  ApplicationName: 'AppService',
  AccessPrincipalRoleName: 'AppAccess',
  SessionTagKey: 'TenantID',
  JWTClaimName: 'custom:tenant_id',
  JWKSetURL: 'https://login.example.com/.well-known/jwks.json',
};
const item = (changes: Readonly<Record<string, string | AttributeValue | undefined>> = {}) =>
  Object.fromEntries(
    Object.entries<string | AttributeValue | undefined>({ ...texts, ...changes }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? { S: value } : value]],
    ),
  );
const { AccessPrincipalRoleName, ...others } = texts;
const document = { ...others, AccessRoleName: 'AppAccess' };

describe('an item of the reference', () => {
  it.each([
    ['as its README has it', {}],
    ['as its design record has it', { AccessPrincipalRoleName: undefined, AccessRoleName: 'AppAccess' }],
    ['with both spellings of the access role', { AccessRoleName: 'AppAccess' }],
  ])('%s becomes a registration document', (_, changes) => {
    expect(convert(item(changes))).toEqual({
      name: 'AppService',
      document,
      accessRoleName: 'AppAccess',
      problems: [],
    });
  });

  it('keeps the path of its access role', () => {
    const { document: converted } = convert(item({ AccessPrincipalRoleName: 'team/AppAccess' }));
    expect(converted).toEqual({ ...document, AccessRoleName: 'team/AppAccess' });
  });

  const list: AttributeValue = { L: [{ S: 'AppAccess' }] };
  it.each<[Parameters<typeof item>[0], string]>([
    [{ ApplicationName: undefined }, 'ApplicationName: is missing'],
    [{ ApplicationName: 'A' }, 'ApplicationName: must be the name of an IAM role, without a path'],
    [{ ApplicationName: 'AccessRole#appaccess' }, 'ApplicationName: must be the name of an IAM role'],
    [{ ApplicationName: 'a'.repeat(65) }, 'ApplicationName: must be the name of an IAM role'],
    [{ ApplicationName: 'App\nready  Other' }, 'ApplicationName: must be the name of an IAM role'],
    [{ AccessPrincipalRoleName: undefined }, 'AccessRoleName: is missing'],
    [
      { AccessPrincipalRoleName: '' },
      'AccessPrincipalRoleName: must be the name of an IAM role of this account',
    ],
    [
      { AccessPrincipalRoleName: 'arn:aws:iam::111122223333:role/AppAccess' },
      'AccessPrincipalRoleName: must be the name of an IAM role of this account, with its path before it where it has one, and no ARN',
    ],
    [{ AccessPrincipalRoleName: list }, 'and is no string (L)'],
    [{ AccessRoleName: 'Other' }, 'AccessPrincipalRoleName: differs from AccessRoleName'],
    [{ AccessRoleName: { N: '7' } }, 'AccessRoleName: must be the name of an IAM role'],
    [{ SessionTagKey: undefined }, 'SessionTagKey: is missing'],
    [{ SessionTagKey: 'aws:TenantID' }, 'SessionTagKey: must be an STS tag key'],
    [{ SessionTagKey: { NULL: true } }, 'and is no string (NULL)'],
    [{ JWTClaimName: undefined }, 'JWTClaimName: is missing'],
    [
      { JWTClaimName: { N: '1'.repeat(38) } },
      'JWTClaimName: must be the name of a claim, 1–256 characters, and is no string (N)',
    ],
    [{ JWTClaimName: { SS: ['tenant'] } }, 'and is no string (SS)'],
    [{ JWTClaimName: { BOOL: false } }, 'and is no string (BOOL)'],
    [{ JWTClaimName: { M: { S: { S: 'tenant' } } } }, 'and is no string (M)'],
    [{ JWTClaimName: { B: new Uint8Array([1]) } }, 'and is no string (B)'],
    [{ JWTClaimName: {} as AttributeValue }, 'and is no string (unknown)'],
    [{ JWKSetURL: undefined }, 'JWKSetURL: is missing'],
    [{ JWKSetURL: 'http://login.example.com/jwks.json' }, 'JWKSetURL: must be an https URL'],
    [
      { Audience: 'client' },
      'Audience: is nothing that the reference stores: register by hand what it means',
    ],
    [{ ['\u001b[2J'.repeat(20)]: 'x' }, '(a name of 80 characters): is nothing that the reference stores'],
    [{ '\u001b]0;\u202e': 'x' }, '\\u001b]0;\\u202e: is nothing that the reference stores'],
    [{ hasOwnProperty: list, toString: list }, 'toString: is nothing that the reference stores'],
  ])('with %j becomes none, and says why', (changes, reason) => {
    const { document: converted, problems } = convert(item(changes));
    expect(converted).toBeUndefined();
    expect(problems.join('\n')).toContain(reason);
  });

  it('names all that is wrong, at once', () => {
    expect(convert({}).problems).toEqual([
      'ApplicationName: is missing',
      'AccessRoleName: is missing',
      'SessionTagKey: is missing',
      'JWTClaimName: is missing',
      'JWKSetURL: is missing',
    ]);
    expect(convert({}).name).toBe('(an item without the name of an application)');
  });

  it('shows no value that is refused: an address can hold a password', () => {
    const JWKSetURL = 'https://user:canary-secret@login.example.com/jwks.json';
    const converted = convert(item({ JWKSetURL, Token: 'canary-secret', SessionTagKey: 'canary-secret?' }));
    expect(converted.problems).toHaveLength(3);
    expect(JSON.stringify(converted)).not.toContain('canary');
  });
});

describe('the rules of a document', () => {
  const values = [
    ...[
      '',
      ' ',
      'a',
      'A_1',
      'TenantID',
      'custom:tenant_id',
      'aws:Tenant',
      'AWS:x',
      'a/b',
      '/a',
      'a/',
      'a//b',
      'ä',
      'a b',
    ],
    ...[
      'a\nb',
      'a?',
      '\u2028',
      '\u{1f600}',
      'x'.repeat(64),
      'x'.repeat(65),
      'x'.repeat(128),
      'x'.repeat(129),
    ],
    ...[
      'x'.repeat(256),
      'x'.repeat(257),
      '\u{1f600}'.repeat(200),
      `${'p/'.repeat(300)}x`,
      'arn:aws:iam::1:role/A',
    ],
    ...[
      'https://login.example.com',
      'https://login.example.com/',
      'https://LOGIN.example.com/k',
      'https://a.b/k#',
      'https://a.b/k#f',
    ],
    ...[
      'https://u@a.b/k',
      'https://:p@a.b/k',
      'https://1.2.3.4/k',
      'https://0x7f000001/k',
      'https://[::1]/k',
      'http://a.b/k',
    ],
    ...[
      'ftp://a.b/k',
      'https://a.b:8443/k',
      'https://a.b:443/k',
      'https://localhost:4568/k',
      'https://a.b/../k',
      'https://a.b/k?x=y',
    ],
    ...[
      'https://ä.example.com/k',
      `https://a.b/${'k'.repeat(2_048)}`,
      'https://',
      'https:a.b/k',
      '//a.b/k',
      'https://a.b/ k',
    ],
  ];

  /** What the broker says, in a deployment that allows the URL's host. */
  function isRefusedByBroker({ ApplicationName, ...fields }: typeof document): boolean {
    try {
      parseRegistration(fields);
    } catch {
      return true;
    }
    const { JWKSetURL } = fields;
    const { host } = parsedUrl(JWKSetURL) ?? {};
    const hosts = host === undefined ? [] : [host];
    return findJwksUrlProblem(JWKSetURL, hosts) !== undefined;
  }

  it.each(['AccessRoleName', 'SessionTagKey', 'JWTClaimName', 'JWKSetURL'] as const)(
    'refuse for %s what the broker refuses, and nothing else',
    (member) => {
      const attribute = member === 'AccessRoleName' ? 'AccessPrincipalRoleName' : member;
      const verdicts = values.map((value) => [
        value,
        convert(item({ [attribute]: value })).document === undefined,
      ]);
      const expected = values.map((value) => [value, isRefusedByBroker({ ...document, [member]: value })]);
      expect(verdicts).toEqual(expected);
      expect(new Set(verdicts.map(([, isRefused]) => isRefused)).size).toBe(2);
    },
  );
});
