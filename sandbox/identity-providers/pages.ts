// The pages and forms of the sandbox's identity providers. What is put into `html` is escaped.
import type { Response } from 'express';
import { html } from 'hono/html';
import type { DirectoryUser } from './users.ts';

export type Markup = ReturnType<typeof html>;

/** Of all that the OpenID Connect provider has. */
export const OIDC_PATH = '/oidc';

/** What was sent, in the query or the form: each a text. */
export type FormFields = Readonly<Record<string, string | undefined>>;

export interface SignInForm {
  readonly provider: string;
  /** Whom it suggests. */
  readonly users: readonly DirectoryUser[];
  /** Where the form goes: a path. */
  readonly action: string;
  /** What goes with it, by name. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** Whether the name or the password was wrong. */
  readonly isWrong?: boolean;
}

function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – sandbox</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 24rem; padding: 0 1rem; }
label, input, button { display: block; font: inherit; width: 100%; box-sizing: border-box; }
input, button { margin: .25rem 0 1rem; padding: .5rem; }
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

export function signInPage({ provider, users, action, hidden = {}, isWrong = false }: SignInForm): Markup {
  return page(
    'Sign in',
    html`<p>The sandbox’s identity provider: ${provider}.</p>
${isWrong ? html`<p role="alert">User or password is wrong.</p>` : ''}
<form method="post" action="${action}">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label for="username">User</label>
<input id="username" name="username" list="users" autocomplete="username" required autofocus>
<datalist id="users">${users.map(({ name }) => html`<option value="${name}"></option>`)}</datalist>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>`,
  );
}

export function refusalPage(message: string): Markup {
  return page('This cannot go on', html`<p>${message}</p>`);
}

/** A form's answer may lead to any site: no `form-action`. */
export async function sendPage(response: Response, statusCode: number, markup: Markup): Promise<void> {
  response
    .status(statusCode)
    .set({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    })
    .send(String(await markup));
}
