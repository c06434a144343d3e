// Times the broker and its token check beside what would be used in their place.
import { createPrivateKey } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import type { Jwk } from 'aws-jwt-verify/jwk';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { storedWith } from '../../test/support/registrations.ts';
import { answer, inputOf } from '../support/function-process.ts';
import { type Times, timeRounds } from '../support/rounds.ts';
import { signToken, type TokenKey } from '../support/tokens.ts';
import { beginTrace, credentialsEvent, expectCredentials, loadHandler } from './requests.ts';
import { handler as straightforward } from './straightforward-broker.ts';
import { takeFrom } from './token.ts';

export interface AlternativesInput {
  readonly bundlePath: string;
  readonly key: TokenKey;
  readonly jwksUrl: string;
  readonly warmUps: number;
  readonly rounds: number;
  /** Checks of one round. */
  readonly tokens: number;
  /** Requests of one round. */
  readonly requests: number;
}

export interface AlternativesTimes {
  readonly requests: Times;
  readonly checks: Times;
}

const { bundlePath, key, jwksUrl, warmUps, rounds, tokens, requests } = await inputOf<AlternativesInput>();
const privateKey = createPrivateKey(key.privateKeyPem);
const signed = Array.from({ length: warmUps + rounds * tokens }, (_, number) =>
  signToken(privateKey, { tenant: 'Yellow', number }),
);
const [token] = signed as [string];

const handler = await loadHandler(bundlePath);
const event = credentialsEvent(token);
for (let count = 0; count < warmUps; count += 1) {
  beginTrace();
  await expectCredentials(handler, event);
  if (count < requests) await expectCredentials(straightforward, event);
}
const requestTimes = await timeRounds(
  {
    broker: {
      run: () => expectCredentials(handler, event),
      before: () => beginTrace(),
      iterations: requests * 10,
    },
    straightforward: { run: () => expectCredentials(straightforward, event), iterations: requests },
  },
  { rounds, roundMs: 0 },
);

const registration = storedWith({ jwksUrl, issuer: 'https://localhost', audience: ['1example23456789'] });
const jwkSets = new JwkSets(
  async () => new TextEncoder().encode(JSON.stringify(key.jwks)),
  [new URL(jwksUrl).host],
  Date.now,
);
const verifier = new TokenVerifier(jwkSets, Date.now);
const check = (jwt: string) =>
  verifier.verify(jwt, digestOf(jwt), registration, { owner: 'App', version: registration.version });
const other = JwtVerifier.create({
  issuer: 'https://localhost',
  audience: '1example23456789',
  jwksUri: jwksUrl,
});
other.cacheJwks({ keys: key.jwks.keys.map((jwk) => ({ ...jwk }) as Jwk) });

const next = takeFrom(signed);
for (let count = 0; count < warmUps; count += 1) {
  await check(next());
  await check(token);
  await other.verify(token);
}
let fresh = '';
const checkTimes = await timeRounds(
  {
    'aws-jwt-verify': { run: () => other.verify(token), iterations: tokens },
    'seen before': { run: () => check(token), iterations: tokens },
    new: {
      run: () => check(fresh),
      before: () => {
        fresh = next();
      },
      iterations: tokens,
    },
  },
  { rounds, roundMs: 0 },
);
answer({ requests: requestTimes, checks: checkTimes });
