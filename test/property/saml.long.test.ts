// A property of the assertion consumer, tried long: 24,000 changed responses sign nobody in as another.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { frozenClock } from '../support/clock.ts';
import { changeAndBring } from '../support/saml/mutation-property.ts';
import { createSigningCertificate } from '../support/saml/signing-certificate.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: frozenClock().now() });
});
afterAll(() => vi.useRealTimers());

it.each(Array.from({ length: 12 }, (_, seed) => seed))(
  '2,000 changed responses (seed %i) sign nobody in as another',
  async (seed) => {
    const { refused, accepted } = await changeAndBring(await createSigningCertificate(), 2_000, seed);
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(1_300);
  },
);
