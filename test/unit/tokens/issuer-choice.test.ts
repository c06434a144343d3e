// The choice of an issuer: which of a hundred a token is from, and how often it is read for that.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IssuerChoice } from '../../../service/tokens/issuer-choice.ts';
import type { IssuerRules } from '../../../service/tokens/token-rules.ts';
import { digestOf } from '../../../service/tokens/token-verifier.ts';

const issuerNamed = (issuer: string): IssuerRules => ({ issuer, jwksUrl: issuer, requiredClaims: [] });
const hundred = (suffix: string) =>
  Array.from({ length: 100 }, (_, index) => issuerNamed(`https://idp${index}.example.com/${suffix}`));
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (claims: object) => `${encoded({ alg: 'ES256' })}.${encoded(claims)}.AAAA`;
const choose = (choice: IssuerChoice, token: string, issuers: readonly IssuerRules[]) =>
  choice.for(token, digestOf(token), issuers).issuer;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a token that comes again', () => {
  it.each([
    ['issuers', hundred('realm'), { iss: 'https://idp99.example.com/realm' }],
    ['templates', hundred('{tid}/v2'), { iss: 'https://idp99.example.com/Yellow/v2', tid: 'Yellow' }],
  ])('is of the same of a hundred %s, without being read anew', (_, issuers, claims) => {
    const choice = new IssuerChoice();
    const token = tokenOf(claims);
    const read = vi.spyOn(JSON, 'parse');
    expect(choose(choice, token, issuers)).toBe(issuers[99]?.issuer);
    expect(read).toHaveBeenCalledTimes(1);

    expect(choose(choice, token, issuers)).toBe(issuers[99]?.issuer);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is judged anew by other issuers', () => {
    const choice = new IssuerChoice();
    const token = tokenOf({ iss: 'https://idp1.example.com/realm' });
    choose(choice, token, hundred('realm'));

    expect(() => choose(choice, token, hundred('other'))).toThrow(
      expect.objectContaining({ code: 'TokenIssuerMismatch' }),
    );
  });

  it('is of its issuer still when very many have come meanwhile', () => {
    const choice = new IssuerChoice();
    const issuers = hundred('realm');
    const tokens = Array.from({ length: 2_500 }, (_, index) =>
      tokenOf({ iss: issuers[index % 100]?.issuer, jti: String(index) }),
    );
    const chosen = () => tokens.map((token) => choose(choice, token, issuers));
    const expected = tokens.map((_, index) => issuers[index % 100]?.issuer);

    expect(chosen()).toEqual(expected);
    expect(chosen()).toEqual(expected);
  });
});
