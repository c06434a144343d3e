// Requests of browsers, read strictly: the query, and forms of bounded size.
import type { Context } from 'hono';
import { PortalError } from '../portal-errors.ts';
import type { RequestOrigin } from './request-origin.ts';

/** Of a form that a page of the portal sends. */
const SMALL_FORM = 8_192;
/** Of an identity provider's answer, in base64 and percent-encoding. */
export const ANSWER_FORM = 400_000;

/** @throws PortalError TooLarge */
export async function formOf({ req }: Context, maxLength = SMALL_FORM): Promise<URLSearchParams> {
  const text = await req.text();
  if (text.length > maxLength) throw new PortalError('TooLarge', 'the form is larger than any of the portal');
  return new URLSearchParams(text);
}

export function originOf({ req }: Context): RequestOrigin {
  return {
    fetchSite: req.header('sec-fetch-site'),
    origin: req.header('origin'),
    destination: req.header('sec-fetch-dest'),
    purpose: req.header('sec-purpose'),
  };
}

/** A path of the portal and its query, as the way back of a sign-in. */
export function pathOf({ req }: Context): string {
  const { pathname, search } = new URL(req.url);
  return `${pathname}${search}`;
}

/** Who asks for something to read: a program, and not a page. */
export function wantsJson({ req }: Context): boolean {
  return /^application\/json\b/i.test(req.header('accept') ?? '');
}
