// Where in the console a sign-in leads: a page of AWS's, and the page of the sandbox that stands for it.
import { parsedUrl } from '../parsed-url.ts';
import { SignInRefusal } from './refusal.ts';

const CONSOLE_HOST = 'console.aws.amazon.com';
/** Of the sandbox's pages: what follows is host and path of AWS's. */
export const CONSOLE_PATH = '/console/';

export interface Destination {
  /** `console.aws.amazon.com`, or a name below it. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As the query has it, or the host. */
  readonly region: string | undefined;
}

/** @throws SignInRefusal for what is no https URL of the console */
export function consolePageOf(text: string): string {
  const url = parsedUrl(text);
  if (url?.protocol !== 'https:') throw new SignInRefusal('Destination must be an https URL');
  const isPlain = url.port === '' && url.username === '' && url.password === '';
  if (!isPlain || !isConsoleHost(url.hostname)) throw new SignInRefusal('Destination must be of the console');
  return `${CONSOLE_PATH}${url.hostname}${url.pathname}${url.search}${url.hash}`;
}

/** The destination that a page of the sandbox stands for; `undefined` for a path of no such page. */
export function destinationOf(rawPath: string, rawQuery: string): Destination | undefined {
  const [, host = '', path] = /^\/console\/([a-z0-9.-]+)(\/.*)$/.exec(rawPath) ?? [];
  if (path === undefined || !isConsoleHost(host)) return undefined;
  const query = new URLSearchParams(rawQuery);
  const regionOfHost = /^([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(host)?.[1];
  return { host, path, query, region: query.get('region') ?? regionOfHost };
}

function isConsoleHost(host: string): boolean {
  return host === CONSOLE_HOST || host.endsWith(`.${CONSOLE_HOST}`);
}
