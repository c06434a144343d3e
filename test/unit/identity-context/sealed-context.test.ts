// What the table keeps of an exchange: for the token alone, whole, and for no other exchange.
import { expect, it } from 'vitest';
import { exchangeIdOf, openContext, sealContext } from '../../../service/identity-context/sealed-context.ts';

const TOKEN = 'header.payload.signature';
const APPLICATION = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef';
const context = { assertion: 'the assertion', directoryUser: 'user-1', expiresAt: 1_000 };
const id = exchangeIdOf(TOKEN, APPLICATION);

it('is opened by the token that sealed it', () => {
  expect(openContext(sealContext(context, TOKEN, id), TOKEN, id)).toEqual(context);
});

it('is opened by no other token, and for no other exchange', () => {
  const sealed = sealContext(context, TOKEN, id);
  expect(() => openContext(sealed, `${TOKEN}x`, id)).toThrow();
  expect(() => openContext(sealed, TOKEN, exchangeIdOf(TOKEN, `${APPLICATION}0`))).toThrow();
});

it('is refused once any byte of it is another, or missing', () => {
  const sealed = sealContext(context, TOKEN, id);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openContext(changed, TOKEN, id), `byte ${at}`).toThrow();
    expect(() => openContext(sealed.slice(0, at), TOKEN, id), `${at} bytes`).toThrow();
  }
});

it('is another each time, and shows nothing of what is in it', () => {
  const [one, other] = [sealContext(context, TOKEN, id), sealContext(context, TOKEN, id)];
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  expect(Buffer.from(one).toString('latin1')).not.toContain('assertion');
});
