// ShopFast's web application in a real browser: signing in, the data twice, and signing out.
import { describe, expect, it } from 'vitest';
import { useAccessGrantsAccount } from './fixtures/access-grants-account.ts';
import { newVisitor, useChromium } from './support/chromium.ts';
import { hasOidcProvider } from './support/oidc-portal.ts';
import { startShop } from './support/shopfast-application.ts';
import { identityProviders, sandboxProvider, useShopProvider } from './support/shopfast-provider.ts';

describe.runIf(hasOidcProvider)('in Chromium, with the provider that needs Node.js 22', () => {
  useChromium('ShopFast');
  useAccessGrantsAccount();
  useShopProvider();

  it('a user signs in, reads the data as often as they like, and signs out', async () => {
    const shop = await startShop(sandboxProvider());
    const page = await newVisitor();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));

    await page.goto(shop.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('User').fill('ada@example.com');
    await page.getByLabel('Password').fill(identityProviders.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(shop.url);
    expect(await page.getByRole('main').innerText()).toContain('You are ada@example.com');

    for (let visit = 0; visit < 2; visit += 1) {
      await page.goto(shop.url);
      await page.getByRole('link', { name: 'Get the users’ data' }).click();
      await page.waitForURL(`${shop.url}get-s3-data`);
      expect(JSON.parse(await page.locator('body').innerText())).toEqual([{ name: 'Ada', city: 'London' }]);
    }
    expect(shop.broker.asked).toHaveLength(1);
    expect(await page.evaluate('document.cookie')).toBe('');
    const cookies = await page.context().cookies(shop.url);
    expect(cookies).toMatchObject([
      { name: '__Host-shopfast', httpOnly: true, secure: true, sameSite: 'Lax' },
    ]);

    await page.goto(shop.url);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Nobody has signed in.').waitFor();
    expect(refused).toEqual([]);
  });
});
