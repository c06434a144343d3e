// The frame of every page. What is put into `html` is escaped; only what `html` and `raw` made is not.
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { style } from './style.ts';

/** Markup, as `html` makes it. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Frame {
  /** Of the document and, without the portal's name, of the page. */
  readonly title: string;
  readonly content: Markup;
  /** Who has signed in. */
  readonly userId?: string | undefined;
  /** Where the page goes on by itself, at once: a path of the portal. */
  readonly next?: string | undefined;
  /** The portal's own path: `/` or `/aws/`. */
  readonly home: string;
}

export function page({ title, content, userId, next, home }: Frame): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${next === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${next}">`}
<title>${title} – AWS console</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a href="${home}">AWS console</a>${userId === undefined ? '' : html`<span class="quiet">${userId}</span>`}</header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}

/** `28 November 2026, 12:00 UTC`, for people and for programs. */
export function time(at: number): Markup {
  const iso = new Date(at).toISOString();
  const shown = new Date(at).toLocaleString('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return html`<time datetime="${iso}">${shown.replace(' at ', ', ')} UTC</time>`;
}

/** `8 h`, `1 h 30 min`, `15 min`: of a span, the whole minutes. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ');
}
