// ShopFast's web application with a provider of another make, the sandbox's: whoever signs in there, and the data.
import { describe, expect, it } from 'vitest';
import { useAccessGrantsAccount } from './fixtures/access-grants-account.ts';
import { Browser } from './support/browser.ts';
import { hasOidcProvider } from './support/oidc-portal.ts';
import { startShop } from './support/shopfast-application.ts';
import { identityProviders, sandboxProvider, useShopProvider } from './support/shopfast-provider.ts';

describe.runIf(hasOidcProvider)('with the sandbox’s identity provider, which needs Node.js 22', () => {
  useAccessGrantsAccount();
  useShopProvider();

  it('shows each user the data, by a token of their own that counts once', async () => {
    const shop = await startShop(sandboxProvider());
    for (const username of ['ada@example.com', 'lin@example.com']) {
      const browser = new Browser();
      const form = await browser.open(`${shop.url}get-s3-data`);
      const page = await browser.submit(form, { username, password: identityProviders.password });
      expect([page.url, page.status]).toEqual([`${shop.url}get-s3-data`, 200]);
      expect((await browser.open(shop.url)).html).toContain(`You are ${username}`);
      const visits = await Promise.all(
        Array.from({ length: 10 }, () => browser.open(`${shop.url}get-s3-data`)),
      );
      for (const { html } of [page, ...visits])
        expect(JSON.parse(html)).toEqual([{ name: 'Ada', city: 'London' }]);
    }
    expect(shop.broker.exchanged.size).toBe(2);
    expect(shop.broker.asked).toHaveLength(2);
  });
});
