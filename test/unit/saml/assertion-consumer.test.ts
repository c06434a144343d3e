// The assertion consumer on what it accepts, beside the forgeries that it refuses; and what counts once.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_GROUP_ATTRIBUTES } from '../../../service/saml/asserted-user.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { formWith, requestIn, SamlPortal, TENANT_ATTRIBUTE, WAY_BACK } from '../../support/saml/portal.ts';
import { GROUPS_ATTRIBUTE, instant } from '../../support/saml/response.ts';
import { createSigningCertificate, type SigningCertificate } from '../../support/saml/signing-certificate.ts';
import { accepted, ada, withAttributes } from './accepted-answers.ts';
import { written } from './forgeries/forgery.ts';

let first: SigningCertificate;
let second: SigningCertificate;
let clock: FrozenClock;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [first, second] = await Promise.all([
    createSigningCertificate({ notAfter: new Date('2030-04-01T12:30:00Z') }),
    createSigningCertificate(),
  ]);
});
afterAll(() => vi.useRealTimers());
beforeEach(() => {
  clock = frozenClock();
  vi.setSystemTime(clock.now());
});

describe('the assertion consumer accepts', () => {
  it.each(accepted)('$name', async ({ answering, after = (xml) => xml, user }) => {
    const portal = new SamlPortal(clock, [first]);
    const { binding, requestId } = await portal.begin();
    const xml = after(portal.answer(requestId, answering));
    expect(await portal.bring(xml, binding)).toEqual({ user: { ...ada, ...user }, wayBack: WAY_BACK });
  });

  it('base64 in lines', async () => {
    const portal = new SamlPortal(clock, [first]);
    const { binding, requestId } = await portal.begin();
    const form = formWith(portal.answer(requestId));
    form.set('SAMLResponse', form.get('SAMLResponse')?.replace(/.{76}/g, '$&\r\n') ?? '');
    expect((await portal.signIn.finish(form, binding)).user).toEqual(ada);
  });

  it.each(['https://evil.example.com/', '//evil.example.com', '/dba'.repeat(50_000)])(
    'any RelayState, and goes where the sign-in was begun (%.20s)',
    async (relayState) => {
      const portal = new SamlPortal(clock, [first]);
      const { binding, requestId } = await portal.begin();
      const form = formWith(portal.answer(requestId));
      form.append('RelayState', relayState);
      expect((await portal.signIn.finish(form, binding)).wayBack).toEqual(WAY_BACK);
    },
  );

  it('the groups by the names that are set, and by no others', async () => {
    const attributes = { groups: ['https://example.com/roles'] };
    const portal = new SamlPortal(clock, [first], { attributes });
    const { binding, requestId } = await portal.begin();
    const sent = withAttributes(
      ['https://example.com/roles', ['dba']],
      ['groups', ['root']],
      [TENANT_ATTRIBUTE, ['Blue']],
    );
    expect((await portal.bring(portal.answer(requestId, sent), binding)).user).toEqual({
      ...ada,
      groups: ['dba'],
    });
    expect(DEFAULT_GROUP_ATTRIBUTES).toEqual([GROUPS_ATTRIBUTE, 'groups']);
  });
});

describe('a sign-in', () => {
  it('counts once: neither the answer nor the cookie is good a second time', async () => {
    const portal = new SamlPortal(clock, [first]);
    const { binding, requestId } = await portal.begin();
    const xml = portal.answer(requestId);
    await portal.bring(xml, binding);
    await expect(portal.bring(xml, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    await expect(portal.bring(portal.answer(requestId), binding)).rejects.toMatchObject({
      code: 'SignInNotBegun',
    });
  });

  it('takes an assertion’s id once, for as long as the assertion is valid', async () => {
    const portal = new SamlPortal(clock, [first]);
    const fields = { assertionId: '_the-same' };
    const begun = await Promise.all([portal.begin(), portal.begin(), portal.begin()]);
    const answers = begun.map(({ requestId }) => portal.answer(requestId, { fields }));
    await portal.bring(answers[0] ?? '', begun[0]?.binding);
    await expect(portal.bring(answers[1] ?? '', begun[1]?.binding)).rejects.toMatchObject({
      code: 'ResponseUsed',
    });
    clock.advance(299_999);
    vi.setSystemTime(clock.now());
    await expect(portal.bring(answers[2] ?? '', begun[2]?.binding)).rejects.toMatchObject({
      code: 'ResponseUsed',
    });
  });

  it('is the browser’s that began it: without its cookie, or with another’s, the answer is refused', async () => {
    const portal = new SamlPortal(clock, [first]);
    const [mine, other] = [await portal.begin(), await portal.begin()];
    const xml = portal.answer(mine.requestId);
    for (const binding of [undefined, '', 'x', `${mine.binding}x`, 'x'.repeat(43)]) {
      await expect(portal.bring(xml, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    }
    await expect(portal.bring(xml, other.binding)).rejects.toMatchObject({ code: 'RequestMismatch' });
    expect((await portal.bring(xml, mine.binding)).user).toEqual(ada);
  });

  it('that was begun by another method is none of SAML’s', async () => {
    const portal = new SamlPortal(clock, [first], {
      pendingSignIns: {
        begin: async () => 'x',
        take: async (method) => expect.fail(`asked for ${method}`),
      },
    });
    await expect(portal.bring('<a/>', 'x')).rejects.toMatchObject({ code: 'ResponseMalformed' });
  });

  it('that the library objects to is refused, whatever the portal finds', async () => {
    const portal = new SamlPortal(clock, [first]);
    const { binding, requestId } = await portal.begin();
    const xml = portal.answer(requestId);
    // Only the library reads this clock.
    vi.setSystemTime(clock.now() + 86_400_000);
    await expect(portal.bring(xml, binding)).rejects.toMatchObject({
      code: 'ResponseMalformed',
      message: 'the assertion is not accepted',
    });
  });

  it('in two windows is finished in both', async () => {
    const portal = new SamlPortal(clock, [first]);
    const [one, two] = [await portal.begin(), await portal.begin()];
    expect((await portal.bring(portal.answer(two.requestId), two.binding)).user).toEqual(ada);
    expect((await portal.bring(portal.answer(one.requestId), one.binding)).user).toEqual(ada);
  });

  it('that must be new is refused where the user signed in before it', async () => {
    const portal = new SamlPortal(clock, [first], { forceAuthn: true });
    const { binding, requestId, location } = await portal.begin();
    expect(requestIn(location)).toContain('ForceAuthn="true"');
    const old = written(/AuthnInstant="[^"]*"/, `AuthnInstant="${instant(clock.now() - 60_001)}"`);
    await expect(portal.bring(portal.answer(requestId, old), binding)).rejects.toMatchObject({
      code: 'SignInTooOld',
    });
    const again = await portal.begin();
    expect((await portal.bring(portal.answer(again.requestId), again.binding)).user).toEqual(ada);
  });
});

describe('the signing certificates', () => {
  it('may be several, while an identity provider changes them', async () => {
    const portal = new SamlPortal(clock, [first, second]);
    for (const certificate of [first, second]) {
      const { binding, requestId } = await portal.begin();
      expect((await portal.bring(portal.answer(requestId, { certificate }), binding)).user).toEqual(ada);
    }
  });

  it('count until they expire', async () => {
    const portal = new SamlPortal(clock, [first, second]);
    clock.advance(30 * 60_000);
    vi.setSystemTime(clock.now());
    const [one, two] = [await portal.begin(), await portal.begin()];
    const bring = (certificate: SigningCertificate, { requestId, binding }: typeof one) =>
      portal.bring(portal.answer(requestId, { certificate }), binding);
    await expect(bring(first, one)).rejects.toMatchObject({ code: 'SignatureInvalid' });
    expect((await bring(second, two)).user).toEqual(ada);
  });

  it('that have all expired sign nobody in, and cost nobody the sign-in', async () => {
    const portal = new SamlPortal(clock, [first]);
    clock.advance(30 * 60_000);
    vi.setSystemTime(clock.now());
    const { binding, requestId } = await portal.begin();
    await expect(portal.bring(portal.answer(requestId), binding)).rejects.toMatchObject({
      code: 'SigningKeysOutdated',
      statusCode: 503,
    });
  });
});
