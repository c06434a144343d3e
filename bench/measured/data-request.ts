// Times the handler of a broker with data access: data that it has asked for before, beside credentials that it has, and that a plain one has.
import { createPrivateKey } from 'node:crypto';
import { callerNamed } from '../../test/support/callers.ts';
import { eventOf } from '../../test/support/events.ts';
import { answer, inputOf } from '../support/function-process.ts';
import { timeRounds } from '../support/rounds.ts';
import { signToken } from '../support/tokens.ts';
import { beginTrace, credentialsEvent, expectCredentials, type Handler, loadHandler } from './requests.ts';
import type { WarmRequestInput } from './warm-request.ts';

export interface DataRequestInput extends WarmRequestInput {
  /** Of a broker without data access. */
  readonly plainBundlePath: string;
}

const { bundlePath, plainBundlePath, key, warmUps, ...options } = await inputOf<DataRequestInput>();
const [handler, plain] = await Promise.all([loadHandler(bundlePath), loadHandler(plainBundlePath)]);
const token = signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' });
const caller = callerNamed('DataApp');
const query = { jwt: token, target: 's3://data/tenants/Yellow/orders/2026/*', permission: 'READ' };
const ask = (of: Handler, event: unknown) => () => expectCredentials(of, event);
const requests = {
  // It refuses a registration with AccessGrants.
  plain: ask(plain, credentialsEvent(token)),
  credentials: ask(handler, credentialsEvent(token, 'DataApp')),
  data: ask(handler, eventOf('GET /credentials', { query, caller })),
};

for (let count = 0; count < warmUps; count += 1) {
  beginTrace();
  for (const request of Object.values(requests)) await request();
}
const tasks = Object.entries(requests).map(([name, run]) => [name, { run, before: () => beginTrace() }]);
answer({ times: await timeRounds(Object.fromEntries(tasks), options) });
