// The list of what a user may open: one search field, favourites first, then by account.
import { html } from 'hono/html';
import { type Markup, page, span, time } from './page.ts';

/** A target as the list shows it. */
export interface ListedTarget {
  readonly service: string;
  readonly roleName: string;
  readonly accountId: string;
  /** Seconds. */
  readonly duration: number;
  readonly isFavourite: boolean;
  /** When this user opened it last: milliseconds since the epoch. */
  readonly openedAt?: number | undefined;
}

export interface TargetsPage {
  /** The portal's own path: `/` or `/aws/`. */
  readonly home: string;
  readonly userId: string;
  readonly targets: readonly ListedTarget[];
  /** What is searched for; empty: nothing. */
  readonly search: string;
  /** When the sign-in ends: milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Durations that are offered besides the target's own: seconds. */
const SHORTER = [3_600, 14_400, 28_800];
const RECENT = 3;

export function targetsPage({ home, userId, targets, search, endsAt }: TargetsPage): Markup {
  const found = targets.filter((target) => isFound(target, search));
  const favourites = found.filter(({ isFavourite }) => isFavourite);
  const recent = found
    .filter(({ isFavourite, openedAt }) => !isFavourite && openedAt !== undefined)
    .sort((one, other) => (other.openedAt ?? 0) - (one.openedAt ?? 0))
    .slice(0, RECENT);
  const rest = found.filter((target) => !favourites.includes(target) && !recent.includes(target));
  // Of all: what was opened last must not move the others.
  const accounts = [...new Set(targets.map(({ accountId }) => accountId))];
  const section = (title: string, listed: readonly ListedTarget[]) =>
    listed.length === 0
      ? ''
      : html`<h2>${title}</h2><ul>${listed.map((target) => row(home, target, search))}</ul>`;
  const content = html`
${
  targets.length === 0
    ? html`<p>You have signed in, and are in none of the groups that may open something here.</p>`
    : html`<form class="search" role="search" action="${home}" method="get">
<input type="search" name="search" value="${search}" aria-label="Search by name, role or account" placeholder="Search" maxlength="100">
<button>Search</button></form>`
}
${targets.length > 0 && found.length === 0 ? html`<p>Nothing of yours is called that. <a href="${home}">Show all</a></p>` : ''}
${section('Favourites', favourites)}
${section('Opened last', recent)}
${accounts.map((account) =>
  section(
    `Account ${account}`,
    rest.filter(({ accountId }) => accountId === account),
  ),
)}
<footer>
<p>You are signed in until ${time(endsAt)}.</p>
<form action="${home}logout" method="post"><button>Sign out</button></form>
</footer>`;
  return page({ title: 'Targets', content, userId, home });
}

function isFound({ service, roleName, accountId }: ListedTarget, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${service} ${roleName} ${accountId}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function row(home: string, target: ListedTarget, search: string): Markup {
  const { service, roleName, accountId, duration, isFavourite, openedAt } = target;
  const path = `${home}${encodeURIComponent(service)}`;
  const shorter = SHORTER.filter((seconds) => seconds < duration);
  return html`<li>
<span class="what"><a href="${path}">${service}</a>
<small>${roleName} in ${accountId}, ${span(duration)}${shorter.map(
    (seconds) =>
      html`, <a href="${path}?duration=${seconds}" aria-label="${service} for ${span(seconds)}">${span(seconds)}</a>`,
  )}</small>
${openedAt === undefined ? '' : html`<small>Opened ${time(openedAt)}</small>`}</span>
<form action="${path}/credentials" method="post"><input type="hidden" name="format" value="page"><button aria-label="Credentials of ${service}">Credentials</button></form>
<form action="${home}favourites" method="post"><input type="hidden" name="service" value="${service}">
<input type="hidden" name="favourite" value="${String(!isFavourite)}">
${search === '' ? '' : html`<input type="hidden" name="search" value="${search}">`}
<button aria-pressed="${String(isFavourite)}" aria-label="${service} as a favourite">${isFavourite ? '★' : '☆'}</button></form>
</li>`;
}
