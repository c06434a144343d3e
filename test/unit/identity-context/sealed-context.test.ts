// The sealed context: only who has the token opens it, and only whole.
import { describe, expect, it } from 'vitest';
import {
  exchangeIdOf,
  type IdentityContext,
  openContext,
  sealContext,
} from '../../../service/identity-context/sealed-context.ts';

const TOKEN = 'header.claims.signature';
const ARN = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';
const ID = exchangeIdOf(TOKEN, ARN);
const context: IdentityContext = {
  assertion: 'canary-assertion-ü',
  directoryUser: 'user-id-1',
  expiresAt: 1_901_275_200_000,
};

describe('a sealed context', () => {
  it('is opened by the token and the exchange that it was sealed for', () => {
    expect(openContext(sealContext(context, TOKEN, ID), TOKEN, ID)).toEqual(context);
  });

  it('may know no user', () => {
    const { directoryUser, ...unknown } = context;
    const sealed = sealContext({ ...unknown, directoryUser: undefined }, TOKEN, ID);
    expect(openContext(sealed, TOKEN, ID)).toEqual(unknown);
  });

  it.each([
    ['another token', `${TOKEN}x`, ID],
    ['a token that is its beginning', TOKEN.slice(0, -1), ID],
    ['no token', '', ID],
    ['another exchange of the token', TOKEN, exchangeIdOf(TOKEN, `${ARN}x`)],
    ['no exchange', TOKEN, ''],
  ])('is not opened by %s', (_, token, exchangeId) => {
    const sealed = sealContext(context, TOKEN, ID);
    expect(() => openContext(sealed, token, exchangeId)).toThrow();
  });

  it('is not opened with any byte of it changed', () => {
    const sealed = sealContext(context, TOKEN, ID);
    for (const index of sealed.keys()) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] as number) ^ 1;
      expect(() => openContext(changed, TOKEN, ID), `byte ${index}`).toThrow();
    }
  });

  it('is not opened cut short, lengthened, or made of nothing', () => {
    const sealed = sealContext(context, TOKEN, ID);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => openContext(sealed.slice(0, length), TOKEN, ID), `${length} bytes`).toThrow();
    }
    expect(() => openContext(Uint8Array.from([...sealed, 0]), TOKEN, ID)).toThrow();
  });

  it('shows nothing of what is in it, nor of the token, and is another every time', () => {
    const [one, other] = [sealContext(context, TOKEN, ID), sealContext(context, TOKEN, ID)];
    const text = Buffer.from(one).toString('latin1');
    for (const piece of ['canary', 'user-id-1', 'assertion', TOKEN]) expect(text).not.toContain(piece);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    // Salt and nonce: neither may stand twice with one token.
    expect(Buffer.from(one.slice(0, 16))).not.toEqual(Buffer.from(other.slice(0, 16)));
    expect(Buffer.from(one.slice(16, 28))).not.toEqual(Buffer.from(other.slice(16, 28)));
  });
});

describe('the id of an exchange', () => {
  it('is that of one token and one application', () => {
    const ids = [
      exchangeIdOf(TOKEN, ARN),
      exchangeIdOf(`${TOKEN}x`, ARN),
      exchangeIdOf(TOKEN, `${ARN}x`),
      // Neither could be read as the other.
      exchangeIdOf(`x${TOKEN}`, ARN.slice(0, -1)),
      exchangeIdOf(`","${TOKEN}`, ARN),
      exchangeIdOf(TOKEN, `${ARN}","`),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(exchangeIdOf(TOKEN, ARN)).toBe(ID);
  });

  it('has a digest’s form, whatever the token has', () => {
    expect(exchangeIdOf('\ud800 ü 💥', ARN)).toMatch(/^[\w-]{43}$/);
  });
});
