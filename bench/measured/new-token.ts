// Times the handler on tokens that it has not seen before, and the parts of verifying one.
import { createPrivateKey } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { answer, inputOf } from '../support/function-process.ts';
import { timeRounds } from '../support/rounds.ts';
import { signToken, type TokenKey } from '../support/tokens.ts';
import { beginTrace, credentialsEvent, expectCredentials, loadHandler } from './requests.ts';
import { bareVerification, signatureOf, takeFrom } from './token.ts';

export interface NewTokenInput {
  readonly bundlePath: string;
  readonly key: TokenKey;
  readonly warmUps: number;
  readonly rounds: number;
  /** Tokens of one round, each sent once. */
  readonly tokens: number;
}

const { bundlePath, key, warmUps, rounds, tokens } = await inputOf<NewTokenInput>();
const handler = await loadHandler(bundlePath);
const privateKey = createPrivateKey(key.privateKeyPem);
const signed = Array.from({ length: warmUps + rounds * tokens }, (_, number) =>
  signToken(privateKey, { tenant: 'Yellow', number }),
);
const events = takeFrom(signed.map((token) => credentialsEvent(token)));
const [token] = signed as [string];
const known = credentialsEvent(token);
const bare = bareVerification(token, key);

const keys = createLocalJWKSet(key.jwks);
const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const [jwk] = key.jwks.keys;
const webCryptoKey = await crypto.subtle.importKey('jwk', jwk as JsonWebKey, algorithm, false, ['verify']);
const { signed: text, signature } = signatureOf(token);
const parts = {
  'crypto.subtle.verify, as jose verifies': () =>
    crypto.subtle.verify(algorithm, webCryptoKey, Buffer.from(signature), Buffer.from(text)),
  'jose.jwtVerify': () => jwtVerify(token, keys),
};

for (let count = 0; count < warmUps; count += 1) {
  beginTrace();
  await expectCredentials(handler, events());
  bare();
  for (const part of Object.values(parts)) await part();
}
let event: unknown;
const times = await timeRounds(
  {
    bare: { run: bare, iterations: tokens },
    ...Object.fromEntries(Object.entries(parts).map(([name, run]) => [name, { run, iterations: tokens }])),
    'handler, token seen before': {
      run: () => expectCredentials(handler, known),
      before: () => beginTrace(),
      iterations: tokens,
    },
    'handler, new token': {
      run: () => expectCredentials(handler, event),
      before: () => {
        beginTrace();
        event = events();
      },
      iterations: tokens,
    },
  },
  { rounds, roundMs: 0 },
);
answer({ times });
