// Times the handler on a token and credentials that it has seen before, beside one bare verification.
import { createPrivateKey } from 'node:crypto';
import { answer, inputOf } from '../support/function-process.ts';
import { type RoundOptions, timeRounds } from '../support/rounds.ts';
import { signToken, type TokenKey } from '../support/tokens.ts';
import { beginTrace, credentialsEvent, expectCredentials, loadHandler } from './requests.ts';
import { bareVerification } from './token.ts';

export interface WarmRequestInput extends RoundOptions {
  readonly bundlePath: string;
  readonly key: TokenKey;
  readonly warmUps: number;
}

const { bundlePath, key, warmUps, ...options } = await inputOf<WarmRequestInput>();
const handler = await loadHandler(bundlePath);
const token = signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' });
const event = credentialsEvent(token);
const bare = bareVerification(token, key);
const warm = () => expectCredentials(handler, event);

for (let count = 0; count < warmUps; count += 1) {
  beginTrace();
  await warm();
  bare();
}
const times = await timeRounds(
  {
    bare: { run: bare },
    warm: { run: warm, before: () => beginTrace() },
    'warm, every request sampled': { run: warm, before: () => beginTrace(true) },
  },
  options,
);
answer({ times });
