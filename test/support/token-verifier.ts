// A token verifier that has seen no token yet, on a source of keys and a clock of the test's.
import { beforeEach } from 'vitest';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { KeySource } from './key-source.ts';

export class TokenVerifierFixture {
  clock!: FrozenClock;
  source!: KeySource;
  verifier!: TokenVerifier;
}

/** For every test of a file, at noon. Call at the top. @param published the JWK set, as its URL answers it */
export function useTokenVerifier(published: () => Uint8Array): TokenVerifierFixture {
  const fixture = new TokenVerifierFixture();
  beforeEach(() => {
    fixture.clock = frozenClock();
    const { now } = fixture.clock;
    fixture.source = new KeySource(published());
    fixture.verifier = new TokenVerifier(new JwkSets(fixture.source.fetcher, [], now), now);
  });
  return fixture;
}
