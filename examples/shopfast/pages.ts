// The pages. What is put into `html` is escaped.
import { html } from 'hono/html';
import type { Refusal } from './refusals.ts';

type Markup = ReturnType<typeof html>;

function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === 'ShopFast' ? '' : `${title} – `}ShopFast</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 40rem; padding: 0 1rem; }
button { font: inherit; padding: .5rem 1rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}

export function homePage(name: string | undefined): Markup {
  if (name === undefined)
    return page('ShopFast', html`<p>Nobody has signed in.</p><p><a href="/login">Sign in</a></p>`);
  return page(
    'ShopFast',
    html`<p>You are ${name}.</p>
<p><a href="/get-s3-data">Get the users’ data</a></p>
${signOutForm()}`,
  );
}

export function signOutPage(): Markup {
  return page('Sign out', html`${signOutForm()}<p><a href="/">Stay</a></p>`);
}

function signOutForm(): Markup {
  return html`<form method="post" action="/logout"><button type="submit">Sign out</button></form>`;
}

export function refusalPage(refusal: Refusal): Markup {
  const { title, advice, code, detail, requestId, signInAgain } = refusal;
  return page(
    title,
    html`<p role="alert">${advice}</p>
${detail === undefined ? '' : html`<p>${detail}</p>`}
${code === undefined ? '' : html`<p><code>${code}</code>${requestId === undefined ? '' : html`, request ${requestId}`}</p>`}
<p>${signInAgain ? html`<a href="/login">Sign in again</a>` : html`<a href="/">Back</a>`}</p>`,
  );
}
