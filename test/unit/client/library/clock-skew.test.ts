// Clocks that disagree: what is signed and when it expires go by the broker's clock, as the answer's Date shows it.
import { describe, expect, it } from 'vitest';
import { LibraryBroker, MINUTE } from '../../../support/library-broker.ts';

/** As the gateway does: takes a signature within five minutes of its own clock. */
function requireFreshDate(fake: LibraryBroker): void {
  fake.script = ({ headers }) => {
    const [, y, mo, d, h, mi, s] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
    const signedAt = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
    const isFresh = Math.abs(signedAt - fake.brokerTime) <= 5 * MINUTE;
    return isFresh ? fake.credentials() : { status: 403, body: { message: 'Signature expired' } };
  };
}

describe.each([
  ['an hour ahead', 60 * MINUTE],
  ['an hour behind', -60 * MINUTE],
])('a clock that is %s', (_, skewMs) => {
  function skewed() {
    const fake = new LibraryBroker();
    requireFreshDate(fake);
    fake.clientTime += skewMs;
    return { fake, broker: fake.client() };
  }

  it('costs one refused signature, once', async () => {
    const { fake, broker } = skewed();
    await broker.credentials('a');
    await broker.credentials('b');
    expect(fake.requests).toHaveLength(3);
  });

  it('says when credentials expire by itself: what an SDK client compares it with', async () => {
    const { fake, broker } = skewed();
    const { expiration } = await broker.credentials('jwt');
    const leftMs = expiration.getTime() - fake.clientTime;
    expect(Math.abs(leftMs - 60 * MINUTE)).toBeLessThan(1_000);
  });

  it('renews in time', async () => {
    const { fake, broker } = skewed();
    await broker.credentials('jwt');
    const asked = fake.requests.length;
    fake.pass(49 * MINUTE);
    await broker.credentials('jwt');
    expect(fake.requests).toHaveLength(asked);
    fake.pass(2 * MINUTE);
    await broker.credentials('jwt');
    expect(fake.requests).toHaveLength(asked + 1);
  });
});

describe('a clock that is right', () => {
  it('takes Expiration as it is: a Date is in whole seconds, and an answer takes time', async () => {
    const fake = new LibraryBroker();
    fake.pass(999);
    fake.answersAfterMs = 2_000;
    const { expiration } = await fake.client().credentials('jwt');
    expect(expiration.getTime()).toBe(fake.brokerTime + 60 * MINUTE);
  });

  it('is believed where a refusal has another reason: it is not signed again', async () => {
    const fake = new LibraryBroker();
    fake.script = () => ({ status: 403, body: { message: 'Forbidden' } });
    await expect(fake.client().credentials('jwt')).rejects.toMatchObject({ code: 'GatewayRefused' });
    expect(fake.requests).toHaveLength(1);
  });
});
