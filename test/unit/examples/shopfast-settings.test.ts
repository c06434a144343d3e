// What ShopFast's web application takes from its environment, and how it says what is wrong there.
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../examples/shopfast/settings.ts';

const good = {
  OIDC_ISSUER: 'https://login.example.com/',
  OIDC_CLIENT_ID: 'shopfast',
  ISB_API_ENDPOINT: 'https://broker.example.com/',
  AWS_REGION: 'eu-west-1',
  SHOPFAST_BUCKET: 'shopfast-data',
};

describe('the settings', () => {
  it('have defaults for a machine of one’s own', () => {
    const { url, port, oidc } = readSettings(good);
    expect([url.href, port]).toEqual(['http://localhost:5000/', 5000]);
    expect(oidc).toMatchObject({ clientSecret: undefined, scope: 'openid email' });
  });

  it('may have another port than people see', () => {
    const { url, port } = readSettings({ ...good, SHOPFAST_URL: 'https://shop.example.com', PORT: '8080' });
    expect([url.href, port]).toEqual(['https://shop.example.com/', 8080]);
  });

  it.each(Object.keys(good))('lack nothing: %s', (name) => {
    expect(() => readSettings({ ...good, [name]: '' })).toThrow(new RegExp(`^${name}: must be set$`));
  });

  it.each([
    ['SHOPFAST_URL', 'http://shop.example.com/'],
    ['SHOPFAST_URL', 'https://shop.example.com/shop'],
    ['SHOPFAST_URL', 'shop'],
    ['OIDC_ISSUER', 'http://login.example.com/'],
    ['OIDC_ISSUER', 'https://user@login.example.com/'],
    ['PORT', '0'],
    ['PORT', 'x'],
  ])('are refused in one line by the name: %s=%s', (name, value) => {
    expect(() => readSettings({ ...good, [name]: value })).toThrow(new RegExp(`^${name}: .*$`));
  });
});
