// What `isb login` makes of a portal's answers, and how each system opens a browser.
import { describe, expect, it } from 'vitest';
import { openerOf } from '../../../../client/login/browser.ts';
import { answeredBy } from '../../../../client/login/code-exchange.ts';

describe('the portal’s answer to a code', () => {
  it('is a document, or a refusal', () => {
    expect(answeredBy({ status: 200, text: '{"Version":1}' })).toEqual({ document: { Version: 1 } });
    const text = '{"code":"NotInGroup","message":"why","requestId":"r","remedy":"what"}';
    expect(answeredBy({ status: 403, text })).toEqual({
      refusal: { code: 'NotInGroup', message: 'why', requestId: 'r' },
    });
  });

  it.each([
    [200, '<html>'],
    [200, '[]'],
    [502, '{"message":"Internal Server Error"}'],
    [403, '{"code":"not a code","message":"canary"}'],
    [302, ''],
  ])('with %i and %j is no portal’s', (status, text) => {
    expect(answeredBy({ status, text })).toEqual({ status });
  });
});

describe('the browser', () => {
  it.each([
    ['darwin', {}, ['open']],
    ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
    ['linux', {}, ['xdg-open']],
    ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, ['wslview']],
  ] as const)('of %s with %j is opened by %j', (platform, env, opener) => {
    expect(openerOf(platform, env)).toEqual(opener);
  });
});
