// The forgery table of OpenID Connect: every answer that must sign nobody in, each with the code that it is refused with.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeCause } from '../../../service/errors.ts';
import { SignInError } from '../../../service/sign-in/sign-in-error.ts';
import { frozenClock } from '../../support/clock.ts';
import { OidcPortal } from '../../support/oidc/portal.ts';
import { createProviderKey, OidcProvider, type ProviderKey, USER } from '../../support/oidc/provider.ts';
import { answers } from './forgeries/answers.ts';
import { claims } from './forgeries/claims.ts';
import { exchanges } from './forgeries/exchanges.ts';
import { CANARY, type Forgery, type Kit, MALLORY } from './forgeries/forgery.ts';
import { signatures } from './forgeries/signatures.ts';

const tables = { answers, claims, signatures, exchanges };

let genuine: ProviderKey;
let stranger: ProviderKey;

beforeAll(async () => {
  // The library reads the system's clock.
  vi.useFakeTimers({ toFake: ['Date'], now: frozenClock().now() });
  [genuine, stranger] = await Promise.all([createProviderKey('first'), createProviderKey('stranger')]);
});
afterAll(() => vi.useRealTimers());

for (const [about, forgeries] of Object.entries(tables)) {
  describe(about, () => {
    it.each(forgeries)('refuses $name: $refused', async (forgery) => {
      const { portal, binding, brought, usual } = await forged(forgery);
      const refusal = await portal.signIn.finish(brought, binding).then(
        ({ user }) => expect.fail(`signed in ${JSON.stringify(user)}`),
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(SignInError);
      expect(refusal).toMatchObject({
        code: forgery.refused,
        message: expect.stringContaining(forgery.says ?? ''),
      });
      const parameters = ['code', 'state'].flatMap((name) => usual.get(name) ?? []);
      expectNothingOf(refusal as SignInError, [USER, MALLORY, CANARY, binding, ...parameters]);
      if (beforeAnythingIsTaken(refusal as SignInError)) return;
      // Whatever an attacker brings, the one whom it is of is not signed in by it afterwards either.
      await expect(portal.signIn.finish(usual, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    });
  });
}

describe('the table', () => {
  const all = Object.values(tables).flat();

  it('has no name twice', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('refuses nothing that is as it should be', async () => {
    const { portal, binding, brought } = await forged({ name: '', refused: 'ResponseMalformed' });
    expect((await portal.signIn.finish(brought, binding)).user.id).toBe(USER);
  });
});

async function forged({ before, issuing = {}, brings = (answer) => answer, later = 0 }: Forgery) {
  const clock = frozenClock();
  vi.setSystemTime(clock.now());
  const provider = new OidcProvider(clock, genuine);
  const portal = new OidcPortal(provider);
  const kit: Kit = { provider, portal, genuine, stranger };
  before?.(kit);
  provider.issuing = typeof issuing === 'function' ? await issuing(kit) : issuing;
  const { location, binding } = await portal.begin();
  const usual = provider.authorize(location);
  const brought = await brings(new URLSearchParams(usual), kit);
  clock.advance(later);
  vi.setSystemTime(clock.now());
  return { portal, binding, brought, usual };
}

/** What cannot be read is no answer to any sign-in. */
function beforeAnythingIsTaken({ code, message }: SignInError): boolean {
  return code === 'ResponseTooLarge' || /more than once|not asked for/.test(message);
}

/** Neither in what the user reads nor in what is logged. */
function expectNothingOf({ message, title, remedy, cause }: SignInError, secrets: readonly string[]): void {
  const logged = JSON.stringify(describeCause(cause)) ?? '';
  for (const text of [message, title, remedy]) expect(text).not.toMatch(/[<>]|https?:/);
  for (const text of [message, title, remedy, logged])
    for (const secret of secrets) expect(text).not.toContain(secret);
  expect(remedy.length).toBeGreaterThan(20);
}
