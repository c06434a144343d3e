// Every page of the portal in a real browser: light, dark, narrow, enlarged, with forced colours; and names of every kind.
import { html, raw } from 'hono/html';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { refusalPage, signedInPage } from '../../service/pages/pages.ts';
import { securityHeaders } from '../../service/pages/security-headers.ts';
import { targetsPage } from '../../service/pages/targets-page.ts';
import {
  ada,
  barriersOf,
  consolePage,
  identify,
  lin,
  newVisitor,
  overhangOf,
  placeholderContrastOf,
  portalUrl,
  refusedOf,
  sandbox,
  setSessionTimes,
  usePortalBrowser,
} from './support/portal-browser.ts';

usePortalBrowser();

const narrow = { width: 320, height: 640 };
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: {},
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
  '320 pixels': { viewport: narrow },
  // What a window of 1,280 pixels has left at 400 %: WCAG 2.2, 1.4.10.
  'enlarged four times': { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
};

const commandLine = new URLSearchParams({
  response_type: 'code',
  redirect_uri: 'http://127.0.0.1:4000/callback',
  state: 'abcdefghijklmnopqrstuvwxyz123456',
  code_challenge: 'a'.repeat(43),
  code_challenge_method: 'S256',
});

/** Every page, by its heading; each leads to the next. */
async function* pagesOf(page: Page): AsyncGenerator<string> {
  const heading = async (name: string) => {
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    return name;
  };
  await page.goto(portalUrl);
  yield heading('Sign in');
  await identify(page, 'nobody@example.com');
  await page.getByRole('alert').waitFor();
  yield heading('Sign in');
  await identify(page, ada);
  await page.waitForURL(portalUrl);
  yield heading('Targets');
  await page.goto(`${portalUrl}?search=nothing`);
  yield heading('Targets');
  await page.goto(`${portalUrl}databases`);
  yield heading('You are in none of the groups that may open this');
  await page.goto(`${portalUrl}unknown`);
  yield heading('There is no such target');
  await page.goto(`${portalUrl}documents/login?${commandLine}`);
  yield heading('Credentials for the command line?');
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${portalUrl}cloudadmin">prize</a>` }),
  );
  await page.goto('http://elsewhere.example/');
  await page.getByRole('link').click();
  yield heading('Open cloudadmin?');
  await page.getByRole('link', { name: 'Open the console' }).click();
  await page.waitForURL(consolePage);
  yield heading('Console');
  await page.context().clearCookies({ domain: new URL(page.url()).hostname });
  await page.reload();
  yield heading('You are not signed in');
  await page.goto(portalUrl);
  await page.getByRole('button', { name: 'Credentials of documents' }).click();
  yield heading('Credentials of documents');
  await page.goto(portalUrl);
  await setSessionTimes(page, { EndsAt: Date.now() - 1 });
  await page.getByRole('button', { name: 'Credentials of documents' }).click();
  yield heading('You have to sign in first');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await identify(page, ada);
  await page.waitForURL(portalUrl);
  await page.getByRole('button', { name: 'Sign out' }).click();
  yield heading('You are signed out');
  await page.goto(`${portalUrl}no/such/page`);
  yield heading('There is no such page');
  const identityProviders = sandbox.portal?.identityProviders.url ?? '';
  for (const path of ['/saml/sso', '/oidc/auth?client_id=none']) {
    await page.goto(identityProviders + path);
    yield heading('This cannot go on');
  }
  await page.goto(`${sandbox.environment['ISB_FEDERATION_URL']}?Action=login`);
  yield heading('400');
}

describe.each(Object.entries(looks))('%s', (_, options) => {
  test('no page has a barrier that a program finds, is wider than the window, or wants what it may not have', async () => {
    const page = await newVisitor(options);
    const refused = refusedOf(page);
    const strangers = new Set<string>();
    page.on('request', (request) => strangers.add(new URL(request.url()).hostname));
    const found: Record<string, unknown> = {};
    for await (const heading of pagesOf(page)) {
      const barriers = await barriersOf(page);
      const overhang = await overhangOf(page);
      if (barriers.length > 0 || overhang > 0) found[heading] = { barriers, overhang };
      const contrast = await placeholderContrastOf(page);
      // WCAG 2.2, 1.4.3.
      if (contrast !== undefined && contrast < 4.5) found[`${heading}, in the field`] = { contrast };
    }
    expect(found).toEqual({});
    expect(refused).toEqual([]);
    expect([...strangers].sort()).toEqual(['127.0.0.1', 'elsewhere.example', 'localhost']);
  });
});

test('on paper the list is dark ink, whatever the screen has, and has nothing that wants to be clicked', async () => {
  const page = await newVisitor({ colorScheme: 'dark' });
  await page.goto(portalUrl);
  await identify(page, ada);
  await page.waitForURL(portalUrl);
  const inks = () =>
    page.evaluate(() => {
      const { document, getComputedStyle } = globalThis as unknown as Window & typeof globalThis;
      const shown = [...document.querySelectorAll('h1, h2, a, small, footer')];
      const colours = shown.map(
        (element) => getComputedStyle(element).color.match(/\d+/g)?.map(Number) ?? [],
      );
      return Math.max(...colours.map(([red = 0, green = 0]) => (red + green) / 2));
    });
  expect(await inks()).toBeGreaterThan(128);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });

  expect(await inks()).toBeLessThan(128);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await page.getByRole('link', { name: 'cloudadmin', exact: true }).isVisible()).toBe(true);
});

/** Shows markup as the portal would send it, with its headers. */
async function show(page: Page, markup: ReturnType<typeof refusalPage>): Promise<void> {
  const body = String(await markup);
  await page.route(`${portalUrl}shown`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', headers: securityHeaders(), body }),
  );
  await page.goto(`${portalUrl}shown`);
}

const markup = `"><img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script>`;
const long = 'a'.repeat(64);
const names = [long, `${'W'.repeat(64)}`, 'ファイル管理者', 'مدير‮النظام', markup];

test('a hundred targets, with names of every kind, are found, fit into 320 pixels and stay text', async () => {
  const page = await newVisitor({ viewport: narrow });
  const targets = Array.from({ length: 100 }, (_, at) => ({
    service: `${names[at % names.length]}${at}`,
    roleName: `${names[(at + 1) % names.length]}`,
    accountId: String(100_000_000_000 + (at % 7)),
    duration: 43_200,
    isFavourite: at % 10 === 0,
    openedAt: at % 3 === 0 ? Date.UTC(2026, 10, 28, at % 24) : undefined,
  }));
  await show(
    page,
    targetsPage({ home: '/', userId: markup, targets, search: '', endsAt: Date.UTC(2026, 10, 28) }),
  );

  expect(await page.locator('li').count()).toBe(100);
  expect(await page.locator('img, script').count()).toBe(0);
  expect(await page.evaluate('globalThis.broken')).toBeUndefined();
  expect(await overhangOf(page)).toBe(0);
  expect(await barriersOf(page)).toEqual([]);
});

test('the page between the sign-in and the target can be used by whoever stays on it', async () => {
  const page = await newVisitor({ viewport: narrow });
  const own = { home: '/', userId: ada };
  // Without going on by itself, as a browser that is told not to shows it.
  const body = String(await signedInPage({ ...own, next: '/cloudadmin' }));
  await show(page, html`${raw(body.replace(/<meta http-equiv="refresh"[^>]*>/, ''))}`);

  expect(await barriersOf(page)).toEqual([]);
  expect(await overhangOf(page)).toBe(0);
  expect(await page.getByRole('link', { name: 'Go on' }).getAttribute('href')).toBe('/cloudadmin');
});

test('who may open nothing is told so, has nothing to search, and finds the way out', async () => {
  const page = await newVisitor({ viewport: narrow });
  const endsAt = Date.UTC(2026, 10, 28);
  await show(page, targetsPage({ home: '/', userId: lin, targets: [], search: '', endsAt }));

  expect(await page.locator('main').innerText()).toContain('in none of the groups');
  expect(await page.getByRole('searchbox').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(1);
  expect(await barriersOf(page)).toEqual([]);
  expect(await overhangOf(page)).toBe(0);
});

test('a refusal shows what it is about as text, however it is written', async () => {
  const page = await newVisitor({ viewport: narrow });
  const words = { title: markup, message: `${markup}${long.repeat(4)}`, remedy: markup, requestId: markup };
  await show(page, refusalPage({ home: '/', userId: `${long}@example.com`, ...words }));

  expect(await page.locator('img, script').count()).toBe(0);
  expect(await page.evaluate('globalThis.broken')).toBeUndefined();
  expect(await overhangOf(page)).toBe(0);
  expect(await page.locator('h1').innerText()).toBe(markup);
});
