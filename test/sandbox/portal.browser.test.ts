// The portal in a real browser: the whole way to the console, what a browser keeps and refuses, and who can use its pages.
import { expect, test } from 'vitest';
import {
  ada,
  barriersOf,
  consolePage,
  grace,
  identify,
  lin,
  newVisitor,
  openedOf,
  overhangOf,
  portalUrl,
  sandbox,
  setSessionTimes,
  signIn,
  usePortalBrowser,
} from './support/portal-browser.ts';

usePortalBrowser();

test('a deep link leads by the identity provider to its page of the console, and nothing is asked of any other site', async () => {
  const page = await newVisitor();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await signIn(page, ada, 'cloudadmin?region=eu-central-1&destination=/s3/home', consolePage);

  const shown = await page.locator('main').innerText();
  for (const text of ['CloudAdmin', ada, 'eu-central-1', '/s3/home']) expect(shown).toContain(text);
  expect(complaints).toEqual([]);
  const known = [
    portalUrl,
    sandbox.portal?.identityProviders.url ?? '',
    sandbox.environment['ISB_FEDERATION_URL'] ?? '',
  ];
  expect([...origins].sort()).toEqual(known.map((url) => new URL(url).origin).sort());
});

test('the browser keeps a session that no script, no other site and no plain connection gets', async () => {
  const page = await newVisitor();
  await page.goto(portalUrl);
  const cookies = async () =>
    (await page.context().cookies(portalUrl)).map(({ name, domain, path, httpOnly, secure, sameSite }) => ({
      name,
      where: `${domain}${path}`,
      rules: [httpOnly && 'HttpOnly', secure && 'Secure', sameSite].filter(Boolean).join(' '),
    }));
  const where = 'localhost/';

  expect(await cookies()).toEqual([{ name: '__Host-isb-sign-in', where, rules: 'HttpOnly Secure None' }]);
  await identify(page, ada);
  await page.waitForURL(portalUrl);
  expect(await cookies()).toEqual([{ name: '__Host-isb-session', where, rules: 'HttpOnly Secure Lax' }]);
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('a link of another site asks once, and opens nothing by itself', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  const before = openedOf();
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${portalUrl}cloudadmin">prize</a>` }),
  );
  await page.goto('http://elsewhere.example/');
  await page.getByRole('link', { name: 'prize' }).click();
  await page.getByRole('heading', { name: 'Open cloudadmin?' }).waitFor();

  expect(openedOf()).toBe(before);
  await page.getByRole('link', { name: 'Open the console' }).click();
  await page.waitForURL(consolePage);
  expect(openedOf()).toBe(before + 1);
});

test('a form of another site changes nothing: the browser does not even say who it is', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form action="${portalUrl}logout" method="post"><button>Sign out</button></form>`,
    }),
  );
  await page.goto('http://elsewhere.example/');
  const [answer] = await Promise.all([
    page.waitForResponse(`${portalUrl}logout`),
    page.getByRole('button').click(),
  ]);

  expect(answer.status()).toBe(403);
  await page.goto(portalUrl);
  expect(new URL(page.url()).href).toBe(portalUrl);
});

test('without script: searches, keeps a favourite, opens, and is shown what was opened last', async () => {
  const page = await newVisitor({ javaScriptEnabled: false });
  await page.goto(portalUrl);
  await identify(page, ada);
  // The identity provider's own page, which posts its answer by script where there is one.
  if (page.url() !== portalUrl) await page.getByRole('button').click();
  await page.waitForURL(portalUrl);
  await page.getByRole('searchbox').fill('billing 2222');
  await page.getByRole('button', { name: 'Search' }).click();
  const names = () => page.locator('li .what > a').allInnerTexts();
  expect(await names()).toEqual(['billing']);

  await page.getByRole('button', { name: 'billing as a favourite' }).click();
  await page.getByRole('heading', { name: 'Favourites' }).waitFor();
  expect(await names()).toEqual(['billing']);
  await page.getByRole('link', { name: 'AWS console' }).click();
  await page.waitForURL(portalUrl);
  expect(await names()).toEqual(['billing', 'cloudadmin', 'documents', 'audit']);
  await page.getByRole('link', { name: 'documents' }).click();
  await page.waitForURL(consolePage);
  await page.goto(portalUrl);
  await page.getByRole('heading', { name: 'Opened last' }).waitFor();
  expect((await names()).slice(0, 2)).toEqual(['billing', 'documents']);
});

test('what one may not open is refused, and the page says which group it takes', async () => {
  const page = await newVisitor();
  await signIn(page, lin, 'databases', `${portalUrl}databases`);
  const shown = await page.locator('main').innerText();

  expect(shown).toContain('You are in none of the groups that may open this');
  expect(shown).toContain('It takes one of dbs.');
});

test('who has signed out is asked again, by the way back too', async () => {
  const page = await newVisitor();
  await signIn(page, grace);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  expect(await page.context().cookies(portalUrl)).toEqual([]);

  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('where the session has ended, a link of the list signs in again, and goes on to its target', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  await setSessionTimes(page, { EndsAt: Date.now() - 1 });
  await page.getByRole('link', { name: 'cloudadmin', exact: true }).click();
  await identify(page, ada);
  await page.waitForURL(consolePage);

  expect(await page.locator('main').innerText()).toContain('CloudAdmin');
});

test('with less than 15 minutes left, the console signs in again, and credentials say how to', async () => {
  const hour = 3_600_000;
  const page = await newVisitor();
  await signIn(page, ada);
  const shorten = () =>
    setSessionTimes(page, { SignedInAt: Date.now() - hour, ValidUntil: Date.now() + hour / 6 });
  await shorten();
  await page.getByRole('link', { name: 'cloudadmin', exact: true }).click();
  await identify(page, ada);
  await page.waitForURL(consolePage);

  await page.goto(portalUrl);
  await shorten();
  await page.getByRole('button', { name: 'Credentials of documents' }).click();
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await identify(page, ada);
  await page.waitForURL(portalUrl);
  await page.getByRole('button', { name: 'Credentials of documents' }).click();
  await page.getByRole('heading', { name: 'Credentials of documents' }).waitFor();
});

test('a sign-in that another tab has begun anew is not mixed up with it', async () => {
  const one = await newVisitor();
  const other = await one.context().newPage();
  await one.goto(`${portalUrl}cloudadmin`);
  await other.goto(`${portalUrl}documents`);
  await identify(other, ada);
  await other.waitForURL(consolePage);
  expect(await other.locator('main').innerText()).toContain('Documents');

  await identify(one, grace);
  await one.getByRole('heading', { name: /This sign-in was not begun here/ }).waitFor();
  await one.goto(portalUrl);
  expect(await one.locator('header').innerText()).toContain(ada);
});

test('by the keyboard alone: past the header, through the search, to the console; and one sees where one is', async () => {
  const page = await newVisitor();
  await signIn(page, ada);
  const focused = () =>
    page.evaluate(() => {
      const { document, getComputedStyle } = globalThis as unknown as Window & typeof globalThis;
      const element = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isSeen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && box.right > 0;
      return `${element.getAttribute('aria-label') ?? element.innerText}${isSeen ? '' : ', unseen'}`;
    });
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Search by name, role or account');
  await page.keyboard.type('cloud');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${portalUrl}?search=cloud`);

  const stops: string[] = [];
  do {
    await page.keyboard.press('Tab');
    stops.push(await focused());
  } while (stops.at(-1) !== 'Sign out' && stops.length < 20);
  expect(stops.filter((stop) => stop.endsWith('unseen'))).toEqual([]);
  const needed = ['Search', 'cloudadmin', 'cloudadmin for 1 h', 'Credentials of cloudadmin', 'Sign out'];
  expect(stops.filter((stop) => needed.includes(stop))).toEqual(needed);

  await page.getByRole('link', { name: 'cloudadmin', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(consolePage);
});

test('the list has no barrier that a program finds, and is no wider than 320 pixels', async () => {
  const page = await newVisitor({ viewport: { width: 320, height: 640 } });
  await signIn(page, ada);

  expect(await barriersOf(page)).toEqual([]);
  expect(await overhangOf(page)).toBe(0);
});
