// The rules of a JWKSetURL, as a table of decisions.
import { describe, expect, it } from 'vitest';
import { findJwksUrlProblem, isNamed } from '../../../service/tokens/jwks-url.ts';

const notAbsolute = 'must be an absolute URL';
const notHttps = 'must be an https URL';
const notCanonical = 'must be written as a browser would show it';
const hasPort = 'must have no port: keys are fetched from 443';
const userInfo = 'must have no user info';
const fragment = 'must have no fragment';
const ipAddress = 'must have a DNS name, not an IP address';
const notPublic = 'must have a public DNS name';
const notAllowed = 'must be on a host, and a port, that this deployment allows (jwksHosts)';

describe('a JWKSetURL where the deployment names no hosts', () => {
  it.each<readonly [url: string, problem: string | undefined]>([
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc/.well-known/jwks.json', undefined],
    ['https://idp.example.com', undefined],
    ['https://idp.example.com/', undefined],
    ['https://idp.example.com/keys?tenant=1', undefined],
    ['https://xn--bcher-kva.example/keys', undefined],
    ['https://idp.example.com:8443/keys?tenant=1', hasPort],
    ['https://idp.example.com:443/keys', notCanonical],
    ['HTTPS://IDP.EXAMPLE.COM/keys', notCanonical],
    ['https://IDP.example.com/keys', notCanonical],
    ['https://bücher.example/keys', notCanonical],
    ['https://idp.example.com?tenant=1', notCanonical],
    ['https://idp.example.com/other/../keys', notCanonical],
    ['https://idp.example.com/%2e%2e/keys', notCanonical],
    ['https://idp.example.com\\keys', notCanonical],
    ['https:idp.example.com/keys', notCanonical],
    ['https://idp.example.com/ke\tys', notCanonical],
    [' https://idp.example.com/keys', notCanonical],
    ['https://idp.example.com/keys\n', notCanonical],
    ['https://@idp.example.com/keys', notCanonical],
    ['', notAbsolute],
    ['/jwks.json', notAbsolute],
    ['idp.example.com/jwks.json', notAbsolute],
    ['https://', notAbsolute],
    ['http://idp.example.com/jwks.json', notHttps],
    ['file:///etc/passwd', notHttps],
    ['data:application/json,{"keys":[]}', notHttps],
    ['https://user@idp.example.com/', userInfo],
    ['https://:password@idp.example.com/', userInfo],
    ['https://idp.example.com@127.0.0.1/', userInfo],
    ['https://idp.example.com/#fragment', fragment],
    ['https://idp.example.com/#', fragment],
    ['https://127.0.0.1/', ipAddress],
    ['https://169.254.169.254/latest/meta-data/', ipAddress],
    ['https://0x7f.1/', notCanonical],
    ['https://2130706433/', notCanonical],
    ['https://0177.0.0.1/', notCanonical],
    ['https://127.1/', notCanonical],
    ['https://１２７.0.0.1/', notCanonical],
    ['https://[::1]/', ipAddress],
    ['https://[::ffff:127.0.0.1]/', notCanonical],
    ['https://[::ffff:7f00:1]/', ipAddress],
    ['https://localhost/', notPublic],
    ['https://localhost:4568/jwks.json', notPublic],
    ['https://idp.localhost/', notPublic],
    ['https://intranet/', notPublic],
    ['https://idp.local/', notPublic],
    ['https://instance-data.ec2.internal/', notPublic],
    ...['test', 'invalid', 'onion', 'home.arpa', 'corp', 'home', 'lan', 'mail'].map(
      (name) => [`https://idp.${name}/`, notPublic] as const,
    ),
    ['https://idp.example.com./', notPublic],
    ['https://idp..example.com/', notPublic],
    ['https://-idp.example.com/', notPublic],
  ])('%s: %s', (url, problem) => {
    expect(findJwksUrlProblem(url, [])).toBe(problem);
  });
});

describe('a JWKSetURL where the deployment names its hosts', () => {
  const allowed = [
    'localhost:4568',
    'idp.example.com',
    '*.example.org',
    'ports.example.com:8443',
    '*.example.net:8443',
    'written-out.example.com:443',
    '*.written-out.example.org:443',
  ];
  it.each([
    ['https://idp.example.com/jwks.json', undefined],
    ['https://IdP.Example.com/jwks.json', notCanonical],
    ['https://idp.example.com:8443/jwks.json', notAllowed],
    ['https://ports.example.com:8443/jwks.json', undefined],
    ['https://ports.example.com/jwks.json', notAllowed],
    ['https://ports.example.com:84430/jwks.json', notAbsolute],
    ['https://ports.example.com:8444/jwks.json', notAllowed],
    ['https://a.example.net:8443/', undefined],
    ['https://written-out.example.com/', undefined],
    ['https://written-out.example.com:8443/', notAllowed],
    ['https://a.written-out.example.org/', undefined],
    ['https://a.example.net/', notAllowed],
    ['https://a.example.org:8443/', notAllowed],
    ['https://localhost/jwks.json', notAllowed],
    ['https://localhost:4568/jwks.json', undefined],
    ['https://a.example.org/', undefined],
    ['https://a.b.example.org/', undefined],
    ['https://example.org/', notAllowed],
    ['https://badexample.org/', notAllowed],
    ['https://example.com/', notAllowed],
    ['https://idp.example.com.attacker.example/', notAllowed],
    ['https://sub.idp.example.com/', notAllowed],
    ['https://idp.example.com./', notAllowed],
    ['http://idp.example.com/', notHttps],
    ['https://user@idp.example.com/', userInfo],
    ['https://idp.example.com/#x', fragment],
  ])('%s: %s', (url, problem) => {
    expect(findJwksUrlProblem(url, allowed)).toBe(problem);
  });

  it('is never at an IP address, not even at one that is named', () => {
    expect(findJwksUrlProblem('https://127.0.0.1/', ['127.0.0.1'])).toBe(ipAddress);
  });
});

describe('a host may be a private one', () => {
  const allowed = [
    'keys.example.com',
    'ports.example.com:8443',
    'written-out.example.com:443',
    '*.example.org',
  ];
  it.each([
    ['where the deployment names it', 'https://keys.example.com/jwks.json', true],
    ['where the deployment names it with its port', 'https://ports.example.com:8443/', true],
    ['where the deployment names it with the port that is anyway', 'https://written-out.example.com/', true],
    ['but not at another port', 'https://keys.example.com:8443/', false],
    ['but not for its domain’s sake', 'https://keys.example.org/', false],
    ['but not for being called what the pattern is', 'https://*.example.org/', false],
    ['but not where another is named', 'https://example.com/', false],
  ])('%s', (_, url, expected) => {
    expect(isNamed(url, allowed)).toBe(expected);
  });

  it('but not where none is named', () => {
    expect(isNamed('https://keys.example.com/', [])).toBe(false);
  });
});
