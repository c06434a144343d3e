// AWScons's README, on a portal that is deployed with the settings that its two examples become: docs/coming-from-awscons.md.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importAwscons } from '../../client/portal/awscons.ts';
import { Browser, type Page } from './support/browser.ts';
import { type DeployedPortal, deployPortal } from './support/deployed-portal.ts';

const HOUR = 3_600;
/** The README's two examples in one: what they have in common is the portal. */
const awsConfig = {
  url_prefix: '/aws',
  aws_profile_name: 'cons',
  aws_credentials_file: '/usr/local/.aws/credentials',
  targets: [
    { service: 'awsadm', role: 'arn:aws:iam::123456789012:role/MyAdminRole' },
    {
      service: 'cloudadmin',
      role: 'arn:aws:iam::123456789012:role/MyAdminRole',
      duration: 28_800,
      groups: ['sysadmin', 'cloudadmin'],
    },
    { service: 'sandbox', role: 'arn:aws:iam::999999789012:role/DBAdmin', duration: 28_800, groups: ['dbs'] },
  ],
};

let portal: DeployedPortal;
/** What a browser says of an address that was typed, and of a link of the page that it shows. */
const typed = { headers: { 'sec-fetch-site': 'none' } };
const fromOwnPage = { headers: { 'sec-fetch-site': 'same-origin' } };
/** As the sandbox's directory has them: of two groups, of one, and of none. */
const ada = 'ada@example.com';
const kay = 'kay@example.com';
const lin = 'lin@example.com';

/** What the import leaves to be decided: who may open the target without groups, and where users sign in. */
function decided(): Record<string, unknown> {
  const { settings, decisions } = importAwscons(awsConfig);
  expect(decisions.map((decision) => decision.split(':')[0])).toEqual(['awsadm', 'identityProvider']);
  const targets = (settings['targets'] as { service: string }[]).map((target) =>
    target.service === 'awsadm' ? { ...target, everyone: true } : target,
  );
  const metadata = 'http://127.0.0.1:4570/saml/metadata';
  return { ...settings, targets, identityProvider: { saml: { metadata } } };
}

/** Opens the address in a browser of the user's own, who signs in when asked. */
async function openedBy(user: string, path: string): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser();
  const signedIn = await browser.submit(await portal.signIn(path, user, browser));
  const next = /<a class="main" href="([^"]*)">/.exec(signedIn.html)?.[1] ?? '';
  return { browser, page: await browser.open(new URL(next, signedIn.url).href, fromOwnPage) };
}

/** What the console says of who is there. */
function shownIn({ html }: Page, name: string): string | undefined {
  return new RegExp(`<dt>${name}</dt>\\s*<dd>(?:<time[^>]*>)?([^<]*)`).exec(html)?.[1];
}

beforeAll(async () => {
  portal = await deployPortal(decided(), { accountId: '123456789012' });
});
afterAll(() => portal?.stop());

/** The session of STS that was asked for last, as the trail has it. */
function lastSession() {
  const { events } = portal.sandbox.account.trail;
  return events.findLast(({ operation }) => operation === 'AssumeRoleWithWebIdentity')?.parameters;
}

describe('a target without groups', () => {
  it('opens the console for whoever can sign in, with its role, in its account, for an hour', async () => {
    const { page } = await openedBy(lin, 'awsadm');
    expect(new URL(page.url).pathname).toContain('/console/');
    expect([shownIn(page, 'Account'), shownIn(page, 'Role')]).toEqual(['123456789012', 'MyAdminRole']);
    expect(lastSession()).toMatchObject({ DurationSeconds: String(HOUR) });
  });
});

describe('a target of groups', () => {
  it('opens for a member of any of them, for as long as it says', async () => {
    const { page } = await openedBy(ada, 'cloudadmin');
    expect([shownIn(page, 'Account'), shownIn(page, 'Role')]).toEqual(['123456789012', 'MyAdminRole']);
    expect(lastSession()).toMatchObject({ DurationSeconds: String(8 * HOUR) });
  });

  it('opens for whom the identity provider names one group alone, in another account', async () => {
    const { page } = await openedBy(kay, 'sandbox');
    expect([shownIn(page, 'Account'), shownIn(page, 'Role')]).toEqual(['999999789012', 'DBAdmin']);
    expect(lastSession()).toMatchObject({ DurationSeconds: String(8 * HOUR) });
  });

  it('is refused with 403 to whoever is in none, and the groups that would do are named', async () => {
    const before = lastSession();
    const { page } = await openedBy(kay, 'cloudadmin');
    expect(page.status).toBe(403);
    expect(page.html).toMatch(/sysadmin[\s\S]*cloudadmin/);
    expect(lastSession()).toBe(before);
  });
});

it('the name that the identity provider sends is shown in the console, and stands in CloudTrail', async () => {
  const { page } = await openedBy(ada, 'cloudadmin');
  expect([shownIn(page, 'Session'), shownIn(page, 'Source identity')]).toEqual([ada, ada]);
  expect(lastSession()).toMatchObject({ RoleSessionName: ada, SourceIdentity: ada });
});

it('addresses are below the prefix, and their last part is the service', async () => {
  const { origin, pathname } = new URL(portal.url);
  expect(pathname).toBe('/aws/');
  const asked = await Promise.all(
    ['/cloudadmin', '/awscloudadmin', '/aws/cloudadmin/more'].map((path) => fetch(`${origin}${path}`)),
  );
  expect(asked.map(({ status }) => status)).toEqual([404, 404, 404]);
});

it('a service that there is not is told so after the sign-in, which says who may know', async () => {
  const asked = await fetch(`${portal.url}unknown`, { redirect: 'manual' });
  expect(asked.status).toBe(303);
  expect((await openedBy(ada, 'unknown')).page.status).toBe(404);
});

it('who has signed in once opens further targets without being asked again', async () => {
  const { browser } = await openedBy(ada, 'cloudadmin');
  const page = await browser.open(`${portal.url}awsadm`, typed);
  expect(shownIn(page, 'Session')).toBe(ada);
});

it('the console’s address is given by 303, which no browser keeps, and is good once', async () => {
  const { browser } = await openedBy(ada, 'cloudadmin');
  const given = await browser.send(`${portal.url}cloudadmin`, typed);
  const location = given.headers.get('location') ?? '';
  expect([given.status, given.headers.get('cache-control')]).toEqual([303, 'no-store']);
  expect(new URL(location).searchParams.get('Action')).toBe('login');
  expect((await fetch(location, { redirect: 'manual' })).status).toBe(302);
  expect((await fetch(location, { redirect: 'manual' })).status).toBe(400);
});

it('a duration above the role’s own is told, and nothing opens', async () => {
  const arn = 'arn:aws:iam::999999789012:role/DBAdmin';
  const role = portal.sandbox.account.all.get('999999789012')?.identities.findRole(arn);
  if (!role) throw new Error('there is no role');
  const { maxSessionDurationSeconds } = role;
  try {
    role.maxSessionDurationSeconds = HOUR;
    const { page } = await openedBy(kay, 'sandbox');
    expect(page.status).toBe(403);
    expect(page.html).toContain('The role allows only shorter sessions');
  } finally {
    role.maxSessionDurationSeconds = maxSessionDurationSeconds;
  }
});
