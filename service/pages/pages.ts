// The smaller pages: going on after a sign-in, asking once, refusals, and the end.
import { html } from 'hono/html';
import { type Markup, page, span, time } from './page.ts';

interface Page {
  /** The portal's own path: `/` or `/aws/`. */
  readonly home: string;
  readonly userId?: string | undefined;
}

/** After a sign-in. A redirect would go on as the identity provider's request, and not as the portal's own. */
export function signedInPage({ home, userId, next }: Page & { readonly next: string }): Markup {
  const content = html`<p><a class="main" href="${next}">Go on</a></p>`;
  return page({ title: 'You are signed in', content, home, userId, next });
}

/** Before a target opens that another site has linked to. */
export function confirmationPage({
  home,
  userId,
  service,
  roleName,
  accountId,
  seconds,
  destination,
  path,
}: Page & {
  readonly service: string;
  readonly roleName: string;
  readonly accountId: string;
  readonly seconds: number;
  /** The page of the console where it leads, where that was asked for. */
  readonly destination?: string | undefined;
  /** What opens it: the request as it came. */
  readonly path: string;
}): Markup {
  const content = html`<p>Another site has led you here. If you meant to come, open
<strong>${service}</strong>: ${roleName} in account ${accountId}, for ${span(seconds)}.</p>
${destination === undefined ? '' : html`<p>It leads to <code>${destination}</code></p>`}
<p class="ways"><a class="main" href="${path}">Open the console</a> <a href="${home}">Choose another target</a></p>`;
  return page({ title: `Open ${service}?`, content, home, userId });
}

export function refusalPage({
  home,
  userId,
  title,
  message,
  remedy,
  requestId,
  signInPath,
}: Page & {
  readonly title: string;
  readonly message: string;
  readonly remedy: string;
  readonly requestId: string;
  /** Where it takes another sign-in to go on: where that begins. */
  readonly signInPath?: string | undefined;
}): Markup {
  const content = html`<p>${sentence(message)}</p><p>${remedy}</p>
<p class="quiet">Request id: <code>${requestId}</code></p>
<p class="ways">${signInPath === undefined ? '' : html`<a class="main" href="${signInPath}">Sign in again</a> `}<a href="${home}">All targets</a></p>`;
  return page({ title, content, home, userId });
}

export function signedOutPage({ home }: Page): Markup {
  const content = html`<p>The portal has forgotten you. Consoles and credentials that you have opened go on until they expire:
sign out of the AWS console as well, and close what you no longer need.</p>
<p>Your identity provider may sign you in again without asking.</p>
<p><a class="main" href="${home}">Sign in again</a></p>`;
  return page({ title: 'You are signed out', content, home });
}

export function credentialsPage({
  home,
  userId,
  service,
  lines,
  expiresAt,
}: Page & {
  readonly service: string;
  /** `export NAME=value` */
  readonly lines: string;
  readonly expiresAt: number;
}): Markup {
  const content = html`<p class="warn">Whoever has these is you, until ${time(expiresAt)}.</p>
<pre tabindex="0" aria-label="Credentials as variables of a shell"><code>${lines}</code></pre>
<p class="quiet">On the command line, <code>isb login ${service}</code> gets them without copying.</p>
<p><a href="${home}">All targets</a></p>`;
  return page({ title: `Credentials of ${service}`, content, home, userId });
}

/** Before the command line gets a session. */
export function commandLinePage({
  home,
  userId,
  service,
  roleName,
  accountId,
  seconds,
  fields,
}: Page & {
  readonly service: string;
  readonly roleName: string;
  readonly accountId: string;
  readonly seconds: number;
  /** Of the form that says yes. */
  readonly fields: Readonly<Record<string, string>>;
}): Markup {
  const content = html`<p>A program on this computer asks for credentials of <strong>${service}</strong>: ${roleName} in account
${accountId}, for ${span(seconds)}. Say yes only if you have just typed <code>isb login</code>.</p>
<form action="${home}${encodeURIComponent(service)}/login" method="post">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="main">Yes, hand them over</button></form>
<p><a href="${home}">No</a></p>`;
  return page({ title: 'Credentials for the command line?', content, home, userId });
}

function sentence(text: string): string {
  const closed = /[.?!]$/.test(text) ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}
