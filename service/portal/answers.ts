// Answers to browsers and programs: pages, redirects, JSON; and the one place where a refusal becomes one.
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Markup } from '../pages/page.ts';
import { refusalPage } from '../pages/pages.ts';
import { securityHeaders } from '../pages/security-headers.ts';
import type { Refusal } from './audit.ts';
import { wantsJson } from './requests.ts';

/** A refusal as its reader is told. */
export interface ToldRefusal extends Refusal {
  readonly title: string;
  readonly remedy: string;
}

export interface RefusalSurroundings {
  readonly home: string;
  /** Where a sign-in begins: `/saml/login`. */
  readonly signInPath: string;
  readonly requestId: string;
  readonly userId: string | undefined;
}

/** @param formTargets see {@link securityHeaders} */
export async function pageAnswer(
  context: Context,
  markup: Markup,
  statusCode = 200,
  formTargets: readonly string[] = [],
): Promise<Response> {
  return context.html(await markup, statusCode as ContentfulStatusCode, securityHeaders(formTargets));
}

/** 303: whatever the method was, the browser goes on with GET, and keeps nothing (RFC 9110, section 15.4.4). */
export function redirect(context: Context, location: string): Response {
  return context.body(null, 303, { ...securityHeaders(), location });
}

export function jsonAnswer(context: Context, value: object, statusCode = 200): Response {
  return context.json(value, statusCode as ContentfulStatusCode, securityHeaders());
}

export function textAnswer(context: Context, text: string, contentType: string): Response {
  return context.body(text, 200, { ...securityHeaders(), 'content-type': contentType });
}

/** A page, or JSON where a program asks for it. */
export async function refusalAnswer(
  context: Context,
  refusal: ToldRefusal,
  { home, signInPath, requestId, userId }: RefusalSurroundings,
): Promise<Response> {
  const { code, message, statusCode, title, remedy } = refusal;
  if (wantsJson(context)) return jsonAnswer(context, { code, message, remedy, requestId }, statusCode);
  // With too little of a sign-in left the list still opens, and would not lead to another.
  const offered = code === 'NotSignedIn' ? signInPath : undefined;
  const page = { home, userId, title, message, remedy, requestId, signInPath: offered };
  return pageAnswer(context, refusalPage(page), statusCode);
}
