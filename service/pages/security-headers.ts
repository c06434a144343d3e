// What every answer of the portal tells a browser: nothing is loaded, framed, guessed, kept or passed on.
import { styleSource } from './style.ts';

/** @param formTargets origins besides the portal's own that a form of this page may lead to: `http://127.0.0.1:*` */
export function securityHeaders(formTargets: readonly string[] = []): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${styleSource}`,
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // No other site learns where somebody came from. Under no-referrer the portal's own forms would come with `Origin: null`:
    // https://fetch.spec.whatwg.org/#append-a-request-origin-header
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  };
}
