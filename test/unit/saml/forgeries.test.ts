// The forgery table: every answer that must sign nobody in, each with the code that it is refused with.
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SignInError } from '../../../service/sign-in/sign-in-error.ts';
import { frozenClock } from '../../support/clock.ts';
import { formWith, SamlPortal } from '../../support/saml/portal.ts';
import { CONSUMER, ENTITY_ID, USER } from '../../support/saml/response.ts';
import { createSigningCertificate, type SigningCertificate } from '../../support/saml/signing-certificate.ts';
import { attributes } from './forgeries/attributes.ts';
import { encodings } from './forgeries/encodings.ts';
import { type Forgery, type Kit, MALLORY } from './forgeries/forgery.ts';
import { signatures } from './forgeries/signatures.ts';
import { statements } from './forgeries/statements.ts';
import { subjects } from './forgeries/subjects.ts';
import { wrapping } from './forgeries/wrapping.ts';

const tables = { wrapping, signatures, encodings, statements, subjects, attributes };

let genuine: SigningCertificate;
let stranger: SigningCertificate;

beforeAll(async () => {
  // The library reads the system's clock.
  vi.useFakeTimers({ toFake: ['Date'], now: frozenClock().now() });
  [genuine, stranger] = await Promise.all([createSigningCertificate(), createSigningCertificate()]);
});
afterAll(() => vi.useRealTimers());

for (const [about, forgeries] of Object.entries(tables)) {
  describe(about, () => {
    it.each(forgeries)('refuses $name: $refused', async (forgery) => {
      const { portal, binding, brought, kit } = await forged(forgery);
      const base64 = brought.get('SAMLResponse') ?? '';
      if (forgery.libraryTakesIt) await expectLibraryToTake(base64, kit);
      const refusal = await portal.signIn.finish(brought, binding).then(
        ({ user }) => expect.fail(`signed in ${JSON.stringify(user)}`),
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(SignInError);
      expect(refusal).toMatchObject({
        code: forgery.refused,
        message: expect.stringContaining(forgery.says ?? ''),
      });
      expectNothingOf(refusal as SignInError, [
        USER,
        MALLORY,
        binding,
        kit.requestId,
        base64.slice(0, 16) || binding,
      ]);
      if (forgery.refused === 'ResponseMalformed' || forgery.refused === 'ResponseNotPlain') return;
      // Whatever an attacker brings, the one whom it is of is not signed in by it afterwards either.
      await expect(portal.signIn.finish(brought, binding)).rejects.toBeInstanceOf(SignInError);
    });
  });
}

describe('the table', () => {
  const all = Object.values(tables).flat();

  it('has no name twice', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('has forgeries that the library by itself signs somebody in by', () => {
    expect(all.filter(({ libraryTakesIt }) => libraryTakesIt).length).toBeGreaterThan(50);
  });
});

async function forged(forgery: Forgery) {
  const clock = frozenClock();
  vi.setSystemTime(clock.now());
  const portal = new SamlPortal(clock, [genuine]);
  const other = await portal.begin();
  const { binding, requestId } = await portal.begin();
  const kit: Kit = { genuine, stranger, requestId, otherRequestId: other.requestId, now: clock.now() };
  const { answering = {}, after = (xml: string) => xml, form, later = 0 } = forgery;
  const xml = portal.answer(requestId, typeof answering === 'function' ? answering(kit) : answering);
  const usual = formWith(after(xml, kit));
  clock.advance(later);
  vi.setSystemTime(clock.now());
  return { portal, binding, kit, brought: form ? form(usual.get('SAMLResponse') ?? '') : usual };
}

/** The library with every strict option that it has, for what is signed here. */
async function expectLibraryToTake(base64: string, { requestId, now }: Kit): Promise<void> {
  const xml = Buffer.from(base64, 'base64').toString();
  const saml = new SAML({
    issuer: ENTITY_ID,
    audience: ENTITY_ID,
    callbackUrl: CONSUMER,
    idpCert: genuine.certificatePem,
    idpIssuer: 'https://idp.example.com/saml/metadata',
    wantAuthnResponseSigned: /"#_response/.test(xml),
    wantAssertionsSigned: /"#_assertion/.test(xml),
    acceptedClockSkewMs: 60_000,
    validateInResponseTo: ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: 300_000,
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (id) => (id === requestId ? new Date(now).toISOString() : null),
      removeAsync: async () => null,
    },
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: base64 });
  expect(profile).not.toBeNull();
}

function expectNothingOf({ message, title, remedy }: SignInError, secrets: readonly string[]): void {
  for (const text of [message, title, remedy]) {
    expect(text).not.toMatch(/[<>]|https?:/);
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  expect(remedy.length).toBeGreaterThan(20);
}
