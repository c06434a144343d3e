// The pages: nothing that is put into them becomes markup, and each stands alone.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { span } from '../../../service/pages/page.ts';
import {
  commandLinePage,
  confirmationPage,
  credentialsPage,
  refusalPage,
  signedInPage,
  signedOutPage,
} from '../../../service/pages/pages.ts';
import { securityHeaders } from '../../../service/pages/security-headers.ts';
import { type ListedTarget, targetsPage } from '../../../service/pages/targets-page.ts';

const evil = `"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;" autofocus onfocus="x`;
const at = Date.UTC(2026, 10, 28, 12);
const listed = (over: Partial<ListedTarget> = {}): ListedTarget => ({
  service: 'cloudadmin',
  roleName: 'MyAdminRole',
  accountId: '123456789012',
  duration: 28_800,
  isFavourite: false,
  ...over,
});
const everyPage = (text: string) =>
  ({
    targets: targetsPage({
      home: '/',
      userId: text,
      targets: [listed({ service: text, roleName: text, accountId: text, openedAt: at })],
      search: '',
      endsAt: at,
    }),
    search: targetsPage({ home: '/', userId: text, targets: [listed()], search: text, endsAt: at }),
    signedIn: signedInPage({ home: '/', userId: text, next: `/${text}` }),
    confirmation: confirmationPage({
      home: '/',
      userId: text,
      service: text,
      roleName: text,
      accountId: text,
      seconds: 900,
      destination: text,
      path: `/${text}`,
    }),
    refusal: refusalPage({
      home: '/',
      userId: text,
      title: text,
      message: text,
      remedy: text,
      requestId: text,
    }),
    credentials: credentialsPage({ home: '/', userId: text, service: text, lines: text, expiresAt: at }),
    commandLine: commandLinePage({
      home: '/',
      userId: text,
      service: text,
      roleName: text,
      accountId: text,
      seconds: 900,
      fields: { [text]: text },
    }),
    signedOut: signedOutPage({ home: '/' }),
  }) as const;

describe.each(Object.keys(everyPage('')) as (keyof ReturnType<typeof everyPage>)[])('the page %s', (name) => {
  it('makes no markup of what it shows', async () => {
    const shown = String(await everyPage(evil)[name]);
    expect(shown).not.toMatch(/<script|<img|'x'|" autofocus/);
    expect(shown).not.toContain('[object');
  });

  it('is a whole document with one heading, and loads nothing', async () => {
    const shown = String(await everyPage('a')[name]);
    expect(shown.match(/<h1>/g)).toHaveLength(1);
    expect(shown).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(shown).not.toMatch(/\bsrc=|<link|@import|url\(|\son\w+=|\sstyle=/);
  });

  it('has the one style sheet that its headers allow', async () => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(String(await everyPage('a')[name])) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(securityHeaders()['content-security-policy']).toContain(`style-src 'sha256-${digest}';`);
  });
});

describe('the list', () => {
  const targets = [
    listed(),
    listed({ service: 'sandbox', accountId: '999999789012', roleName: 'DBAdmin', openedAt: at }),
    listed({
      service: 'audit',
      accountId: '999999789012',
      roleName: 'Audit',
      isFavourite: true,
      duration: 3_600,
    }),
  ];
  const show = async (search: string, shown = targets) =>
    String(await targetsPage({ home: '/aws/', userId: 'ada', targets: shown, search, endsAt: at }));
  const servicesIn = (text: string) =>
    [...text.matchAll(/<a href="\/aws\/([\w]+)">/g)].map(([, service]) => service);

  it('has the accounts in one order, whatever was opened or kept of them', async () => {
    const of = (over: Partial<ListedTarget>) => [
      listed({ service: 'one', ...over }),
      listed({ service: 'two', accountId: '222233334444' }),
      listed({ service: 'three' }),
    ];
    const accountsIn = (text: string) =>
      [...text.matchAll(/<h2>Account (\d+)<\/h2>/g)].map(([, account]) => account);
    for (const over of [{}, { openedAt: at }, { isFavourite: true }]) {
      expect(accountsIn(await show('', of(over)))).toEqual(['123456789012', '222233334444']);
    }
  });

  it('has favourites first, then what was opened last, then the rest by account', async () => {
    const text = await show('');
    expect(servicesIn(text)).toEqual(['audit', 'sandbox', 'cloudadmin']);
    expect([...text.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual([
      'Favourites',
      'Opened last',
      'Account 123456789012',
    ]);
  });

  it.each([
    ['cloud', ['cloudadmin']],
    ['DBADMIN', ['sandbox']],
    ['999999789012', ['audit', 'sandbox']],
    ['9999 db', ['sandbox']],
    ['nothing', []],
    ['.*', []],
  ])('shows what is found by %j', async (search, services) => {
    expect(servicesIn(await show(search))).toEqual(services);
  });

  it('offers shorter durations than the target’s, and no longer ones', async () => {
    const text = await show('');
    expect([...text.matchAll(/cloudadmin\?duration=(\d+)/g)].map(([, seconds]) => seconds)).toEqual([
      '3600',
      '14400',
    ]);
    expect(text).not.toContain('audit?duration=');
  });

  it('says how long the sign-in lasts', async () => {
    expect(await show('')).toContain(
      'until <time datetime="2026-11-28T12:00:00.000Z">28 November 2026, 12:00 UTC</time>',
    );
  });

  it('says so where there is nothing to open', async () => {
    expect(await show('', [])).toContain('in none of the groups');
  });
});

describe('a span', () => {
  it.each([
    [43_200, '12 h'],
    [5_400, '1 h 30 min'],
    [900, '15 min'],
    [30, '0 min'],
  ])('of %i seconds is %s', (seconds, shown) => {
    expect(span(seconds)).toBe(shown);
  });
});

describe('the headers', () => {
  it('let forms lead to the portal, and to what is named', () => {
    expect(securityHeaders()['content-security-policy']).toContain("form-action 'self';");
    expect(securityHeaders(['http://127.0.0.1:4000'])['content-security-policy']).toContain(
      "form-action 'self' http://127.0.0.1:4000;",
    );
  });
});
