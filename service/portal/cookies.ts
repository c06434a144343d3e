// The portal's cookies: one of the session, and one that binds a sign-in to the browser that began it.
// Both are of this host alone, over https, and out of reach for scripts: RFC 6265bis, section 4.1.3.2.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const SESSION = 'isb-session';
const BINDING = 'isb-sign-in';
const BINDING_SECONDS = 300;

export function sessionIdOf(context: Context): string | undefined {
  return getCookie(context, SESSION, 'host');
}

/** `Lax`: a link from elsewhere finds its user signed in; and asks once, before it opens anything. */
export function setSession(context: Context, id: string): void {
  setCookie(context, SESSION, id, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
  });
}

export function clearSession(context: Context): void {
  deleteCookie(context, SESSION, { prefix: 'host', path: '/', secure: true });
}

export function bindingOf(context: Context): string | undefined {
  return getCookie(context, BINDING, 'host');
}

/** `None`: the identity provider's POST to the assertion consumer comes from another site. */
export function setBinding(context: Context, value: string): void {
  setCookie(context, BINDING, value, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'None',
    maxAge: BINDING_SECONDS,
  });
}

export function clearBinding(context: Context): void {
  deleteCookie(context, BINDING, { prefix: 'host', path: '/', secure: true });
}
