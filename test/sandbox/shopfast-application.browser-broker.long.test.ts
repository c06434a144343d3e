// ShopFast's web application in a real browser, before the deployed broker: whom the data are granted to, and whom they are not.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSignInPages } from './fixtures/sign-in-pages.ts';
import { newVisitor, useChromium } from './support/chromium.ts';
import { data, SHOP } from './support/data-broker.ts';
import { serveDeployedShop, useDeployedShop } from './support/deployed-shop.ts';
import { signInWith } from './support/served-shop.ts';

useChromium('ShopFast before the deployed broker');
useDeployedShop();

let closeSignIn: (() => Promise<void>) | undefined;
beforeAll(async () => {
  closeSignIn = await addSignInPages(data.issuer, (email, claims) => data.token(email, claims));
});
afterAll(() => closeSignIn?.());

const rows = [{ name: 'Ada', city: 'London' }];
const exchanged = () => data.callsOf('CreateTokenWithIAM');

interface Visit {
  readonly page: Page;
  readonly url: string;
  /** What the browser’s console shows. */
  readonly shown: string[];
}

async function visitShop(): Promise<Visit> {
  const { url } = await serveDeployedShop(signInWith({ issuer: data.issuer.url, clientId: SHOP }));
  const page = await newVisitor();
  const shown: string[] = [];
  page.on('console', (message) => shown.push(message.text()));
  await page.goto(url);
  await page.getByText('Nobody has signed in.').waitFor();
  return { page, url, shown };
}

async function signIn({ page, url }: Visit, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('User').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url);
  await page.getByText(`You are ${email}.`).waitFor();
}

/** By the link of the start page. @returns the status */
async function getData({ page, url }: Visit): Promise<number | undefined> {
  await page.goto(url);
  const [response] = await Promise.all([
    page.waitForResponse(`${url}get-s3-data`),
    page.getByRole('link', { name: 'Get the users’ data' }).click(),
  ]);
  await page.waitForURL(`${url}get-s3-data`);
  return response.status();
}

async function signOut({ page, url }: Visit): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Nobody has signed in.').waitFor();
}

describe('in Chromium', () => {
  it('who is granted the data sees them, at the second visit too by the same exchange, until signed out', async () => {
    const visit = await visitShop();
    const { page, url, shown } = visit;
    await signIn(visit, 'ada@example.com');
    const before = exchanged();
    for (let count = 0; count < 2; count += 1) {
      expect(await getData(visit)).toBe(200);
      expect(JSON.parse(await page.locator('body').innerText())).toEqual(rows);
    }
    expect(exchanged()).toBe(before + 1);
    const read = data.sandbox.account.trail.events.findLast(({ operation }) => operation === 'GetObject');
    expect(read?.onBehalfOf?.userId).toBe(data.user('ada').userId);
    expect(await page.evaluate('document.cookie')).toBe('');

    await signOut(visit);
    expect(await page.context().cookies(url)).toEqual([]);
    await page.goto(`${url}get-s3-data`);
    await page.getByLabel('User').waitFor();
    expect(exchanged()).toBe(before + 1);
    expect(shown).toEqual([]);
  });

  it.each([
    [
      'somebody whom nothing is granted',
      'grace@example.com',
      'The users’ data are not granted to you',
      'GrantDenied',
    ],
    [
      'somebody whom the directory does not know',
      'nobody@example.com',
      'The broker refuses this',
      'IdentityContextRefused',
    ],
  ])('%s is told so, and sees nothing of them', async (_who, email, title, code) => {
    const visit = await visitShop();
    const { page } = visit;
    await signIn(visit, email);
    expect(await getData(visit)).toBe(403);
    expect(await page.getByRole('heading').innerText()).toBe(title);
    expect(await page.locator('code').innerText()).toBe(code);
    expect(await page.content()).not.toContain('London');
    await page.getByRole('link').click();
    await page.getByText(`You are ${email}.`).waitFor();
    await signOut(visit);
  });

  it('who signs in after somebody else in the same browser has the other’s data no more', async () => {
    const visit = await visitShop();
    await signIn(visit, 'ada@example.com');
    expect(await getData(visit)).toBe(200);
    await signOut(visit);
    await signIn(visit, 'grace@example.com');
    expect(await getData(visit)).toBe(403);
    expect(await visit.page.content()).not.toContain('London');
  });
});
