// The trial of JWK sets: what is wrong with one that is to be registered, and in which field it stands.
import { describe, expect, it } from 'vitest';
import { JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { type JwksProblem, jwksProblems, UnfitJwkSet } from '../../../service/tokens/jwks-problem.ts';
import { tryJwkSets } from '../../../service/tokens/jwks-trial.ts';
import { frozenClock } from '../../support/clock.ts';
import { generateSigningKey, publish } from '../../support/signing-keys.ts';

const published = publish(await generateSigningKey('ES256'));
const urlOf = (index: number) => `https://idp.example.com/${index}.json`;
const fieldsOf = (count: number) =>
  new Map(Array.from({ length: count }, (_, index) => [urlOf(index), `Issuers.${index}.JWKSetURL`]));

describe('JWK sets that are to be registered', () => {
  it('are each fetched once, ten at a time', async () => {
    const calls: string[] = [];
    let underWay = 0;
    let most = 0;
    const fetcher = async (url: string) => {
      calls.push(url);
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return published;
    };
    await tryJwkSets(new JwkSets(fetcher, [], frozenClock().now), fieldsOf(100));
    expect([...calls].sort()).toEqual([...fieldsOf(100).keys()].sort());
    expect(most).toBe(10);
  });

  it('end after five seconds, and begin no further fetch', async () => {
    const clock = frozenClock();
    const calls: string[] = [];
    const fetcher = async (url: string) => {
      calls.push(url);
      if (calls.length === 10) clock.advance(5_000);
      return published;
    };
    await expect(tryJwkSets(new JwkSets(fetcher, [], clock.now), fieldsOf(100))).rejects.toMatchObject({
      code: 'JwksUnavailable',
      problem: 'TimedOut',
    });
    expect(calls).toHaveLength(10);
  });

  it.each(Object.keys(jwksProblems) as JwksProblem[])('are refused by field for %s', async (problem) => {
    const fetcher = async (url: string) => {
      if (url === urlOf(1)) throw new UnfitJwkSet(problem);
      return published;
    };
    const { isLasting, text } = jwksProblems[problem];
    await expect(tryJwkSets(new JwkSets(fetcher, [], frozenClock().now), fieldsOf(3))).rejects.toMatchObject({
      code: isLasting ? 'JwkSetNotUsable' : 'JwksUnavailable',
      statusCode: isLasting ? 400 : 503,
      message: `Issuers.1.JWKSetURL: the JWK set ${text}`,
      problem,
    });
  });

  it.each<[string, unknown, JwksProblem]>([
    ['a time-out', new DOMException('too late', 'TimeoutError'), 'TimedOut'],
    ['a look-up that takes too long', Object.assign(new Error(), { code: 'ETIMEOUT' }), 'TimedOut'],
    ['a closed port', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'Unreachable'],
    ['a look-up that fails', Object.assign(new Error(), { code: 'ESERVFAIL' }), 'Unreachable'],
    ['a body that is cut off', new Error('cut off'), 'Unreachable'],
    [
      'a certificate of nobody',
      Object.assign(new Error(), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'TlsFailed',
    ],
    [
      'another host’s certificate',
      Object.assign(new Error(), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      'TlsFailed',
    ],
    ['a certificate that has expired', Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }), 'TlsFailed'],
    ['a host without TLS', Object.assign(new Error(), { code: 'EPROTO' }), 'TlsFailed'],
  ])('are told of %s', async (_, failure, problem) => {
    const jwkSets = new JwkSets(() => Promise.reject(failure), [], frozenClock().now);
    await expect(tryJwkSets(jwkSets, fieldsOf(1))).rejects.toMatchObject({ problem });
  });
});
