// A property of the assertion consumer: changed responses sign nobody in as another. Tried 20,000 times: saml.long.test.ts.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { frozenClock } from '../support/clock.ts';
import { changeAndBring } from '../support/saml/mutation-property.ts';
import { createSigningCertificate } from '../support/saml/signing-certificate.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: frozenClock().now() });
});
afterAll(() => vi.useRealTimers());

it('a signed response that is changed signs nobody in as another user, with other groups or another tenant', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { refused, accepted } = await changeAndBring(await createSigningCertificate(), 600, seed);
  // A change that nobody reads leaves the response as good as it was: the property is not about nothing.
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(400);
});
