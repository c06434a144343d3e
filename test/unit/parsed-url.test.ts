// URLs in texts: however often one is asked for, and with letters beyond ASCII.
import { describe, expect, it } from 'vitest';
import * as ofClient from '../../client/library/parsed-url.ts';
import { readSettings } from '../../examples/shopfast/settings.ts';
import * as ofSettings from '../../lib/settings/parsed-url.ts';
import * as ofSandbox from '../../sandbox/parsed-url.ts';
import { parsedUrl } from '../../service/parsed-url.ts';

const ADDRESS = 'https://bücher.example/keys';
const HOSTNAME = 'xn--bcher-kva.example';

describe.each([
  ['service', parsedUrl],
  ['lib/settings', ofSettings.parsedUrl],
  ['client/library', ofClient.parsedUrl],
  ['sandbox', ofSandbox.parsedUrl],
])('a URL, as %s has it', (_room, parse) => {
  it('is found in a text with letters beyond ASCII, once the function has been optimized too', () => {
    const found = Array.from({ length: 50_000 }, () => parse(ADDRESS)?.hostname);
    expect(new Set(found)).toEqual(new Set([HOSTNAME]));
  });

  it('is none in a text that is no absolute URL', () => {
    expect(parse('/keys')).toBeUndefined();
    expect(parse('')).toBeUndefined();
  });
});

it('is found by a base, where the service has one', () => {
  expect(parsedUrl('/keys', 'https://example.com/')?.href).toBe('https://example.com/keys');
});

it('is found in the settings of an application with letters beyond ASCII, however often they are read', () => {
  const variables = {
    OIDC_ISSUER: ADDRESS,
    OIDC_CLIENT_ID: 'shop',
    ISB_API_ENDPOINT: 'https://broker.example/',
    AWS_REGION: 'eu-west-1',
    SHOPFAST_BUCKET: 'shopfast',
  };
  const found = Array.from({ length: 20_000 }, () => readSettings(variables).oidc.issuer.hostname);
  expect(new Set(found)).toEqual(new Set([HOSTNAME]));
});
