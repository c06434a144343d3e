// What a registration asks of AWS: every call of the deployed function, from the sandbox's trail.
import { describe, expect, it } from 'vitest';
import type { TrailEvent } from '../../sandbox/account/trail.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

const pinnedTo = (name: string) => ({ trustCondition: { StringEquals: { 'sts:ExternalId': name } } });

/** What was asked of DynamoDB and of STS while `ask` ran, in the order of the answers. */
async function callsOf(ask: () => Promise<unknown>): Promise<string[]> {
  const { events } = sandbox.account.trail;
  const before = events.length;
  await ask();
  return events
    .slice(before)
    .filter(({ service }: TrailEvent) => service === 'dynamodb' || service === 'sts')
    .map(({ operation, errorCode }) => (errorCode === undefined ? operation : `${operation}: ${errorCode}`));
}

/** In the one environment that there is, so that what it keeps is kept. */
describe('a registration', () => {
  it('of a new application is seven calls in a new environment, and six in one that has registered another', async () => {
    const first = broker.createApplication('First', pinnedTo('First'));
    const second = broker.createApplication('Second', pinnedTo('Second'));
    // The environment has its service role's session from its start.
    await first.call('GET', 'applications');
    const refused = ['AssumeRole: AccessDenied', 'AssumeRole: AccessDenied'];

    const inNew = await callsOf(() => first.call('POST', 'applications', first.registration()));
    const inKnown = await callsOf(() => second.call('POST', 'applications', second.registration()));

    expect(inNew.at(-1)).toBe('TransactWriteItems');
    expect(inKnown.at(-1)).toBe('TransactWriteItems');
    // The lease of the first application's plan has been fetched with its first request.
    const shared = ['AssumeRole', ...refused, 'BatchGetItem', 'TransactWriteItems'];
    expect(inNew.filter((call) => call !== 'UpdateItem').sort()).toEqual(['AssumeRole', ...shared].sort());
    expect(inKnown.sort()).toEqual([...shared, 'UpdateItem'].sort());
  });

  it('that is replaced is five, and removed two, with the plan’s lease', async () => {
    const app = broker.createApplication('Third', pinnedTo('Third'));
    await app.call('POST', 'applications', app.registration());
    const replaced = await callsOf(() => app.call('PUT', 'applications', app.registration()));
    const removed = await callsOf(() => app.call('DELETE', 'applications'));

    expect(replaced.filter((call) => call !== 'UpdateItem')).toHaveLength(5);
    expect(removed.filter((call) => call !== 'UpdateItem')).toEqual(['GetItem', 'TransactWriteItems']);
  });
});
