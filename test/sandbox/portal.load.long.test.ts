// Many sign in to the portal at once: each ends as the person who signed in, and as nobody else.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { consoleIn, credentialsIn, targetsIn } from '../../demo/console/reading.ts';
import { type Seen, seenOf } from '../../demo/console/visitor.ts';
import { setProperties, setVariables } from './support/amendments.ts';
import { Browser, type Page } from './support/browser.ts';
import { sandbox, usePortal } from './support/deployed-portal.ts';

const PEOPLE = 200;
/** As many groups as show every list of targets, and tenants that do not go with them. */
const memberships = [[], ['cloudadmin'], ['dbs'], ['cloudadmin', 'dbs'], ['sysadmin']];
const people = Array.from({ length: PEOPLE }, (_, at) => ({
  name: `person-${at}@example.com`,
  displayName: `Person ${at}`,
  groups: memberships[at % memberships.length] ?? [],
  tenant: `Tenant${at % 7}`,
}));

const mayOpen = (groups: readonly string[]) =>
  [
    ...(groups.includes('cloudadmin') ? ['cloudadmin'] : []),
    ...(groups.includes('dbs') ? ['databases'] : []),
    'documents',
    ...(groups.includes('cloudadmin') || groups.includes('dbs') ? ['billing'] : []),
    ...(groups.includes('sysadmin') ? ['audit'] : []),
  ].sort();

/** Requests under way at once: none waits for a process of the function until it is late. */
const AT_ONCE = 4;

usePortal({
  // Each of them may wait for another, which reads the portal's keys.
  maxEnvironments: 2 * AT_ONCE,
  portalUsers: people,
  // How fast this machine is, is not asked.
  amendTemplate: (_, template) => {
    setProperties(template, 'AWS::Lambda::Function', { Timeout: 300 });
    setVariables(template, () => ({
      DYNAMODB_TIMEOUT_MS: '60000',
      STS_TIMEOUT_MS: '60000',
      REQUEST_BUDGET_MS: '120000',
    }));
  },
});

test(`${PEOPLE} people, all of them in the midst of signing in, are each who they are in the list, the console and STS`, async () => {
  const { ISB_PORTAL_URL: portalUrl = '', ISB_PORTAL_PASSWORD: password = '' } = sandbox.environment;
  const browsers = people.map(({ name }) => ({ name, browser: new Browser() }));
  // Nobody takes a step before everybody has taken the one before it.
  const forms = await inTurns(browsers, async ({ browser }) => browser.open(portalUrl));
  const answers = await inTurns(browsers, async ({ name, browser }, at) =>
    browser.submit(forms[at] as Page, { username: name, password }),
  );
  // The last to begin are the first to come back.
  const late = browsers.map((each, at) => ({ ...each, answer: answers[at] as Page })).reverse();
  await inTurns(late, async ({ browser, answer }) => browser.submit(answer));
  const found = await inTurns(browsers, ({ browser }) => seenBy(browser, portalUrl));

  expect(found.map(({ cookie: _, ...seen }) => seen)).toEqual(
    people.map(({ name, groups, tenant }) => ({
      name,
      targets: mayOpen(groups),
      console: { sessionName: name, sourceIdentity: name, tenant },
      identity: `arn:aws:sts::111122223333:assumed-role/Documents/${name}`,
    })),
  );
  expect(new Set(found.map(({ cookie }) => cookie)).size).toBe(PEOPLE);
});

/** What each of them comes to, in their order; so many under way at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const takeTurns = async () => {
    for (const [at, item] of waiting) results[at] = await work(item, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
  return results;
}

async function seenBy(browser: Browser, portalUrl: string) {
  const headers = { 'sec-fetch-site': 'same-origin', origin: new URL(portalUrl).origin };
  const list = seenOf(await browser.open(portalUrl, { headers }));
  const opened = consoleIn(seenOf(await browser.open(`${portalUrl}documents`, { headers })));
  const body = new URLSearchParams({ format: 'page' });
  const shown = await browser.open(`${portalUrl}documents/credentials`, { method: 'POST', headers, body });
  const sts = new STSClient({
    endpoint: sandbox.environment['AWS_ENDPOINT_URL'] ?? '',
    region: sandbox.account.region,
    credentials: credentialsIn(seenOf(shown)),
  });
  const { Arn: identity } = await sts.send(new GetCallerIdentityCommand({}));
  return {
    name: nameIn(list),
    targets: targetsIn(list).sort(),
    console: {
      sessionName: opened?.sessionName,
      sourceIdentity: opened?.sourceIdentity,
      tenant: /TenantID = (\w+)/.exec(opened?.tags ?? '')?.[1],
    },
    identity,
    cookie: JSON.stringify([...(browser.cookies.get('localhost') ?? [])]),
  };
}

/** Who the portal says has signed in. */
function nameIn({ text }: Seen): string | undefined {
  return /AWS console (\S+@\S+)/.exec(text)?.[1];
}

describe('two sign-ins in one browser, begun one after the other', () => {
  /** Two tabs of it, each at the identity provider; `answer` sends the answer of one to the portal. */
  async function twoTabs() {
    const { ISB_PORTAL_URL: portalUrl = '', ISB_PORTAL_PASSWORD: password = '' } = sandbox.environment;
    const browser = new Browser();
    const forms = [await browser.open(portalUrl), await browser.open(`${portalUrl}documents`)] as const;
    const answerAs = async (tab: 0 | 1, username: string) => {
      const answer = await browser.submit(forms[tab], { username, password });
      return (await browser.submit(answer)).status;
    };
    const whoIsIt = async () => {
      const headers = { 'sec-fetch-site': 'same-origin' };
      return nameIn(seenOf(await browser.open(portalUrl, { headers })));
    };
    return { answerAs, whoIsIt };
  }

  test('let in who answered the later, and not who answered the earlier after that', async () => {
    const { answerAs, whoIsIt } = await twoTabs();

    expect(await answerAs(1, 'grace@example.com')).toBe(200);
    expect(await answerAs(0, 'ada@example.com')).toBe(403);
    expect(await whoIsIt()).toBe('grace@example.com');
  });

  test('let in nobody whose answer is to the other’s request', async () => {
    const { answerAs, whoIsIt } = await twoTabs();

    expect(await answerAs(0, 'ada@example.com')).toBe(403);
    expect(await whoIsIt()).toBeUndefined();
  });
});
