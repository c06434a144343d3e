// A portal that signs in through the sandbox's OpenID Connect provider: its setting, and what each user is shown.
import { targetWith } from '../../support/portal-settings.ts';
import { Browser } from './browser.ts';
import type { DeployedPortal } from './deployed-portal.ts';

/** The package of the provider runs on Node.js 22 and later, which has this. */
export const hasOidcProvider = 'parse' in URL;

const services = ['admin', 'data', 'billing'];
const targets = [
  targetWith(),
  targetWith({ service: 'data', groups: ['dbs'] }),
  targetWith({ service: 'billing', groups: undefined, everyone: true }),
];

/** @param client of the identity provider; its port the sandbox puts in */
export function oidcPortal(client: Record<string, unknown>): Record<string, unknown> {
  const claims = { userClaim: 'preferred_username', tenantClaim: 'TenantID' };
  const oidc = { issuer: 'http://127.0.0.1:4570/oidc', ...claims, ...client };
  return { identityProvider: { oidc }, targets };
}

export const usersAndTargets: readonly [string, readonly string[]][] = [
  ['ada@example.com', ['admin', 'billing']],
  ['lin@example.com', ['billing']],
  // One group, and one that a token has as one text with some providers.
  ['kay@example.com', ['data', 'billing']],
  ['eve_example.org#EXT#@contoso.onmicrosoft.com', services],
  // Has 201, which the token leaves out.
  ['max@example.com', ['billing']],
];

/** Signs somebody in, in a browser of their own. @returns what the portal then lists */
export async function listedTo(user: string, portal: DeployedPortal): Promise<string[]> {
  const browser = new Browser();
  const page = await portal.signIn('', user, browser);
  if (page.status !== 200) throw new Error(`signing in was answered ${page.status}:\n${page.html}`);
  const { html } = await browser.open(portal.url);
  if (!html.includes(user)) throw new Error(`the list is not ${user}’s:\n${html}`);
  return services.filter((service) => html.includes(`href="/${service}"`));
}
