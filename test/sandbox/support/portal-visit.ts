// A visit of the portal: somebody signs in at the sandbox's SAML identity provider, and opens targets.
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { Browser, type Page } from './browser.ts';

export class PortalVisit {
  readonly browser = new Browser();

  private constructor(
    readonly portalUrl: string,
    /** What the portal showed first. */
    readonly home: Page,
  ) {}

  /** Signs in on the way to the list of targets. */
  static async of({ environment }: Pick<Sandbox, 'environment'>, username: string): Promise<PortalVisit> {
    const { ISB_PORTAL_URL: portalUrl = '', ISB_PORTAL_PASSWORD: password = '' } = environment;
    const browser = new Browser();
    const form = await browser.open(portalUrl);
    const answer = await browser.submit(form, { username, password });
    const visit = new PortalVisit(portalUrl, await browser.submit(answer));
    for (const [host, cookies] of browser.cookies) visit.browser.cookies.set(host, cookies);
    return visit;
  }

  /** Follows a link of the portal's own page: to the console, or to a refusal. */
  open(path: string): Promise<Page> {
    return this.browser.open(this.portalUrl + path, { headers: { 'sec-fetch-site': 'same-origin' } });
  }
}

/** A page as it is read. */
export function textOf({ html }: Page): string {
  const body = html.replace(/^[\s\S]*<body>/, '');
  return body
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
