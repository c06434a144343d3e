// `isb login` against a portal of the sandbox, with a user who says yes, or no, in a browser.
import { main } from '../../../client/cli/main.ts';
import type { Timing } from '../../../client/library/timing.ts';
import { Browser, formOf, type Page } from './browser.ts';
import type { Ended } from './isb.ts';

/** What the user does with the address that was printed. */
export type Act = (url: string) => Promise<unknown>;

/** Runs `isb login`, and lets the user act once an address is printed. */
export async function isbLogin(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  act: Act = async () => undefined,
  timing?: Timing,
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const acting: Promise<unknown>[] = [];
  const exitCode = await main(['login', ...args], {
    env,
    stdout: { write: (text: string) => (stdout += text) },
    stderr: {
      write(text: string) {
        stderr += text;
        const [url] = /^http\S+\/login\?\S+/.exec(text.trim().split(/\s+/).at(-1) ?? '') ?? [];
        if (url !== undefined) acting.push(act(url));
      },
    },
    ...(timing && { timing }),
  });
  await Promise.all(acting);
  return { exitCode, stdout, stderr };
}

/** Signs in at the identity provider where the portal asks for it, and says yes on the portal's page. */
export async function sayYes(
  url: string,
  credentials: { readonly username: string; readonly password: string },
  browser = new Browser(),
): Promise<Page> {
  const typed = { headers: { 'sec-fetch-site': 'none' } };
  const first = await browser.open(url, typed);
  if (!first.html.includes('Yes, hand them over'))
    await browser.submit(await browser.submit(first, credentials));
  const asked = await browser.open(url, typed);
  const [form = ''] = /<form[^>]*\/login"[\s\S]*?<\/form>/.exec(asked.html) ?? [];
  const { action, values } = formOf(form);
  const headers = { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' };
  return browser.open(new URL(action, asked.url).href, {
    method: 'POST',
    headers,
    body: new URLSearchParams(values),
  });
}
