// A real browser before a sandbox's portal: what a test file that wants one has, and what says that there is none.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { sessionHashOf } from '../../../service/portal-sessions/portal-sessions.ts';
import { hasChromium, useChromium } from './chromium.ts';
import { startPortal } from './deployed-portal.ts';

export { newVisitor } from './chromium.ts';

export const ada = 'ada@example.com';
export const grace = 'grace@example.com';
export const lin = 'lin@example.com';

export let sandbox: Sandbox;
/** Of the portal; ends in a slash. */
export let portalUrl: string;

/** For the tests of a file; without a Chromium they are skipped, and the log says why. Call at its top. */
export function usePortalBrowser(): void {
  useChromium('the portal');
  beforeAll(async () => {
    if (!hasChromium()) return;
    sandbox = await startPortal();
    portalUrl = sandbox.environment['ISB_PORTAL_URL'] ?? '';
  });
  afterAll(() => sandbox?.stop());
}

/** Goes to a page of the portal, signs in where that leads to the identity provider, and waits for the address that is expected. */
export async function signIn(
  page: Page,
  user: string,
  path = '',
  expected: string | RegExp = portalUrl,
): Promise<void> {
  await page.goto(portalUrl + path);
  await identify(page, user);
  await page.waitForURL(expected);
}

/** At the identity provider. */
export async function identify(page: Page, user: string): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(sandbox.environment['ISB_PORTAL_PASSWORD'] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the portal's table has of a session: milliseconds since the epoch. */
export interface SessionTimes {
  readonly SignedInAt?: number;
  readonly ValidUntil?: number;
  readonly EndsAt?: number;
}

/** Makes the session of the visitor's browser older than it is: functions go by the machine's clock. */
export async function setSessionTimes(page: Page, times: SessionTimes): Promise<void> {
  const cookies = await page.context().cookies(portalUrl);
  const id = cookies.find(({ name }) => name === '__Host-isb-session')?.value;
  if (id === undefined) throw new Error('this browser has no session');
  const outputs = [...sandbox.account.stacks.values()].flatMap((stack) => stack.outputs);
  const { environment } = sandbox;
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: environment['AWS_ENDPOINT_URL'] as string,
      region: sandbox.account.region,
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID'] as string,
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] as string,
      },
    }),
  );
  const named = Object.entries(times);
  await client.send(
    new UpdateCommand({
      TableName: outputs.find(({ key }) => key === 'SessionsTableName')?.value,
      Key: { SessionHash: sessionHashOf(id) },
      UpdateExpression: `SET ${named.map(([name]) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(SessionHash)',
      ExpressionAttributeValues: Object.fromEntries(named.map(([name, at]) => [`:${name}`, at])),
    }),
  );
  client.destroy();
}

/** How many sessions of targets STS has given out. */
export function openedOf(): number {
  return sandbox.account.trail.events.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
    .length;
}

/** The address of a console's page. */
export const consolePage = /\/console\//;

/** What is wrong with the page for whoever does not see, point or remember: by rule, and where. */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const violations = await page.evaluate(async (values) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await checker.run({ runOnly: { type: 'tag', values } });
    return found.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }));
  }, tags);
  return violations.flatMap(({ id, where }) => where.map((element) => `${id}: ${element}`));
}

/** By how many pixels the page is wider than the window. */
export function overhangOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** What the browser refuses the page, from now on: a list that grows. */
export function refusedOf(page: Page): readonly string[] {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
  });
  return refused;
}

/** The least contrast of a field's placeholder, which axe does not look at; `undefined` where there is none. */
export function placeholderContrastOf(page: Page): Promise<number | undefined> {
  return page.evaluate(() => {
    const { document, getComputedStyle } = globalThis as unknown as Window & typeof globalThis;
    const luminanceOf = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((value) => {
        const share = Number(value) / 255;
        return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const field = document.querySelector('input[placeholder]');
    if (!field) return undefined;
    const [ink, paper] = [
      getComputedStyle(field, '::placeholder').color,
      getComputedStyle(field).backgroundColor,
    ];
    const [dark = 0, light = 0] = [luminanceOf(ink), luminanceOf(paper)].sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  });
}
