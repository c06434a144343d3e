// Ways through the portal in a real browser that are seldom gone: from other sites, back, by a second tab, without script.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  ada,
  consolePage,
  identify,
  newVisitor,
  openedOf,
  portalUrl,
  signIn,
  usePortalBrowser,
} from './support/portal-browser.ts';

usePortalBrowser();

/** Another site, with a link to a target. */
async function follow(page: Page, path: string): Promise<void> {
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${portalUrl}${path}">prize</a>` }),
  );
  await page.goto('http://elsewhere.example/');
  await page.getByRole('link', { name: 'prize' }).click();
}

test.each([true, false])(
  'a link of another site asks after the sign-in that it led to, too: script %s',
  async (javaScriptEnabled) => {
    const page = await newVisitor({ javaScriptEnabled });
    const before = openedOf();
    await follow(page, 'cloudadmin?destination=/s3/home');
    await identify(page, ada);
    if (!javaScriptEnabled) await page.getByRole('button').click();
    const heading = page.getByRole('heading', { name: /^(Open cloudadmin\?|Console)$/ });

    expect(await heading.innerText()).toBe('Open cloudadmin?');
    expect(await page.locator('main').innerText()).toContain('/s3/home');
    expect(openedOf()).toBe(before);
    await page.getByRole('link', { name: 'Open the console' }).click();
    await page.waitForURL(consolePage);
    expect(openedOf()).toBe(before + 1);
  },
);

test('a shorter session is a click away, and ends when it says', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  const hour = 3_600_000;
  const earliest = Date.now();
  await page.getByRole('link', { name: 'cloudadmin for 1 h' }).click();
  await page.waitForURL(consolePage);
  const endsAt = Date.parse((await page.locator('time').getAttribute('datetime')) ?? '');

  // AWS's times are whole seconds.
  expect(endsAt).toBeGreaterThanOrEqual(earliest + hour - 1_000);
  expect(endsAt).toBeLessThanOrEqual(Date.now() + hour + 1_000);
});

test('a favourite that is set in a search leaves what was searched for', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  await page.getByRole('searchbox').fill('billing 2222');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${portalUrl}?search=billing+2222`);
  await page.getByRole('button', { name: 'billing as a favourite' }).click();
  await page.getByRole('heading', { name: 'Favourites' }).waitFor();

  expect(page.url()).toBe(`${portalUrl}?search=billing+2222`);
  expect(await page.getByRole('searchbox').inputValue()).toBe('billing 2222');
  expect(await page.locator('li').count()).toBe(1);
});

test('back from a console is the list; back from the list is no answer that would be sent a second time', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  await page.getByRole('link', { name: 'cloudadmin', exact: true }).click();
  await page.waitForURL(consolePage);
  await page.goBack();
  await page.getByRole('heading', { name: 'Targets' }).waitFor();

  const answers: string[] = [];
  page.on('request', (request) => {
    if (request.url() === `${portalUrl}saml/acs`) answers.push(request.method());
  });
  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(answers).toEqual([]);
});

test('signed out in one tab is signed out in the other, whose forms change nothing and lead to a sign-in', async () => {
  const one = await newVisitor();
  await signIn(one, ada);
  const other = await one.context().newPage();
  await other.goto(portalUrl);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await one.getByRole('button', { name: 'audit as a favourite' }).click();
  await one.getByRole('heading', { name: 'You have to sign in first' }).waitFor();

  await one.getByRole('link', { name: 'Sign in again' }).click();
  await identify(one, ada);
  await one.waitForURL(portalUrl);
  const star = one.getByRole('button', { name: 'audit as a favourite' });
  expect(await star.getAttribute('aria-pressed')).toBe('false');
});
