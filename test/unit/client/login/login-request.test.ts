// What `isb login` sends the browser to, and which addresses can be a portal's.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loginRequest, portalUrl } from '../../../../client/login/login-request.ts';
import { commandLineRequestOf } from '../../../../service/portal/command-line.ts';

const asked = {
  portal: new URL('https://portal.example/aws/'),
  service: 'admin',
  redirectUri: 'http://127.0.0.1:41234/answer',
};

describe('a request of isb login', () => {
  it('is one that the portal takes, below its own path', () => {
    const { url, state } = loginRequest(asked);
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://portal.example/aws/admin/login');
    expect(commandLineRequestOf(searchParams)).toMatchObject({ state });
    expect(searchParams.has('duration')).toBe(false);
    expect(new URL(loginRequest({ ...asked, duration: '900' }).url).searchParams.get('duration')).toBe('900');
  });

  it('has the challenge of its verifier, and not the verifier', () => {
    const { url, codeVerifier } = loginRequest(asked);
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
    expect(new URL(url).searchParams.get('code_challenge')).toBe(challenge);
    expect(url).not.toContain(codeVerifier);
  });

  it('has a state and a verifier of its own', () => {
    const [one, other] = [loginRequest(asked), loginRequest(asked)];
    expect(new Set([one.state, other.state, one.codeVerifier, other.codeVerifier]).size).toBe(4);
  });
});

describe('the address of a portal', () => {
  it.each([
    ['https://portal.example', 'https://portal.example/'],
    ['https://portal.example/aws', 'https://portal.example/aws/'],
    ['http://localhost:4569/', 'http://localhost:4569/'],
    ['http://[::1]:4569/', 'http://[::1]:4569/'],
  ])('of %s is %s', (text, url) => expect(portalUrl(text)?.href).toBe(url));

  it.each([
    '',
    'portal.example',
    'http://portal.example/',
    'http://127.0.0.1.example/',
    'https://user:word@portal.example/',
    'https://portal.example/?a=1',
    'https://portal.example/#a',
    'file:///etc/passwd',
  ])('is not %j', (text) => expect(portalUrl(text)).toBeUndefined());
});
