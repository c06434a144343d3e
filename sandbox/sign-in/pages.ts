// The pages of the sandbox's sign-in and console. What is put into `html` is escaped.
import { html } from 'hono/html';
import { CONSOLE_PATH, type Destination } from './destination.ts';
import type { BucketView, S3View } from './s3-view.ts';
import type { VerifiedSession } from './session.ts';

type Markup = ReturnType<typeof html>;

function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – sandbox</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 48rem; padding: 0 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
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

/** As AWS words it to a client: no more than that the request was wrong. */
export function badRequestPage(statusCode: number): Markup {
  return page(`${statusCode}`, html`<p>The request could not be understood.</p>`);
}

export function signedOutPage(issuer: string | undefined): Markup {
  const back =
    issuer === undefined
      ? html`<p>Come by a sign-in URL of the federation endpoint.</p>`
      : html`<p><a href="${issuer}">Sign in again</a></p>`;
  return page('You are not signed in', html`<p>There is no session, or it has ended.</p>${back}`);
}

export function consolePage(
  { caller }: VerifiedSession,
  endsAt: number,
  destination: Destination,
  s3: S3View,
): Markup {
  const until = new Date(endsAt).toISOString();
  const { transitiveTagKeys } = caller;
  return page(
    'Console',
    html`<p>This page stands for the AWS console, which the sandbox has not.</p>
<h2>Who you are</h2>
<dl>
${entry('Account', caller.accountId)}
${entry('Role', caller.role.roleName)}
${entry('Session', caller.sessionName)}
${entry('Source identity', caller.sourceIdentity ?? 'none')}
<dt>Tags</dt>
${[...caller.principalTags].map(
  ([key, value]) =>
    html`<dd><code>${key}</code> = <code>${value}</code>${transitiveTagKeys.includes(key) ? ' (transitive)' : ''}</dd>`,
)}
${caller.principalTags.size === 0 ? html`<dd>none</dd>` : ''}
<dt>Until</dt><dd><time datetime="${until}">${until}</time></dd>
</dl>
<h2>Where you are</h2>
<dl>
${entry('Region', destination.region ?? 'none')}
${entry('Page', `https://${destination.host}${destination.path}`)}
</dl>
<h2>What you may read in S3</h2>
${s3.refusal === undefined ? '' : html`<p>Your buckets cannot be listed: ${s3.refusal}</p>`}
${s3.refusal === undefined && s3.buckets.length === 0 ? html`<p>There are no buckets.</p>` : ''}
${s3.buckets.map((view) => bucketOf(view, destination))}`,
  );
}

function entry(name: string, value: string): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function bucketOf({ bucket, prefix, keys, isCut }: BucketView, { host, region }: Destination): Markup {
  const query = new URLSearchParams({ ...(region !== undefined && { region }), prefix });
  const link = `${CONSOLE_PATH}${host}/s3/buckets/${bucket}?${query}`;
  const content =
    keys === undefined
      ? html`<p>Access denied</p>`
      : html`<ul>${keys.map((key) => html`<li><code>${key}</code></li>`)}</ul>${isCut ? html`<p>and more</p>` : ''}`;
  return html`<h3><a href="${link}">${bucket}/${prefix}</a></h3>${content}`;
}
