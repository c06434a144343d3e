// A token verifier that has seen no token yet, on a source of keys and a clock of the test's.
import { beforeEach } from 'vitest';
import type { Registration } from '../../service/registrations/registration.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { KeySource } from './key-source.ts';
import { registrationWith } from './registrations.ts';

export const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example';
export const CLIENT = '1example23456789';

export class TokenVerifierFixture {
  clock!: FrozenClock;
  source!: KeySource;
  verifier!: TokenVerifier;

  /** The claims that are kept of a token, for the application `App`. */
  readonly verify = async (token: string, registration: Registration = registrationWith()) => {
    const verification = { owner: 'App', version: 'version-1' };
    return (await this.verifier.verify(token, digestOf(token), registration, verification)).claims;
  };

  /** What an ID token of a Cognito user pool claims, an hour before it expires. */
  readonly idClaims = (overrides: Record<string, unknown> = {}) => ({
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    iss: ISSUER,
    aud: CLIENT,
    token_use: 'id',
    'custom:tenant_id': 'Yellow',
    iat: this.clock.seconds(),
    exp: this.clock.seconds() + 3600,
    ...overrides,
  });
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
