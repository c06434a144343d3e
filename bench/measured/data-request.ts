// Times the handler of a broker with data access: data that it has asked for before, beside credentials that it has.
import { createPrivateKey } from 'node:crypto';
import { callerNamed } from '../../test/support/callers.ts';
import { eventOf } from '../../test/support/events.ts';
import { answer, inputOf } from '../support/function-process.ts';
import { timeRounds } from '../support/rounds.ts';
import { signToken } from '../support/tokens.ts';
import { beginTrace, credentialsEvent, expectCredentials, loadHandler } from './requests.ts';
import type { WarmRequestInput } from './warm-request.ts';

const { bundlePath, key, warmUps, ...options } = await inputOf<WarmRequestInput>();
const handler = await loadHandler(bundlePath);
const token = signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' });
const caller = callerNamed('DataApp');
const query = { jwt: token, target: 's3://data/tenants/Yellow/orders/2026/*', permission: 'READ' };
const events = {
  credentials: credentialsEvent(token, 'DataApp'),
  data: eventOf('GET /credentials', { query, caller }),
};
const asking = (event: unknown) => () => expectCredentials(handler, event);

for (let count = 0; count < warmUps; count += 1) {
  beginTrace();
  for (const event of Object.values(events)) await asking(event)();
}
const times = await timeRounds(
  {
    credentials: { run: asking(events.credentials), before: () => beginTrace() },
    data: { run: asking(events.data), before: () => beginTrace() },
  },
  options,
);
answer({ times });
