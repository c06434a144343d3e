// ShopFast's web application: who has signed in is known by a cookie, and their token stays here.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clearCookie, cookieOf, SESSION, SIGN_IN, setCookie } from './cookies.ts';
import { KeptByBrowser } from './kept.ts';
import { homePage, refusalPage, signOutPage } from './pages.ts';
import { type Refusal, refusalOf } from './refusals.ts';
import type { Settings } from './settings.ts';
import { CALLBACK_PATH, type PendingSignIn, type SignedIn, type SignIn } from './sign-in.ts';
import { type DataBroker, readUserList } from './user-list.ts';

export interface ApplicationParts {
  readonly settings: Pick<Settings, 'bucket' | 'broker' | 'url'>;
  readonly signIn: Pick<SignIn, 'begin' | 'finish'>;
  readonly broker: DataBroker;
  /** A line, with nothing of a token in it. */
  readonly log: (line: string) => void;
  readonly now?: () => number;
}

const SIGN_IN_MS = 10 * 60_000;
const notFound = { statusCode: 404, title: 'There is nothing here', advice: 'The address is wrong.' };
const foreign = { statusCode: 403, title: 'This was not asked for here', advice: 'Use the button.' };
const notBegun: Refusal = {
  statusCode: 403,
  title: 'This sign-in was not begun here, or not in the last ten minutes',
  advice: 'Sign in again.',
  signInAgain: true,
};
const notFinished: Refusal = {
  statusCode: 403,
  title: 'The sign-in was refused',
  advice: 'Sign in again.',
  signInAgain: true,
};

const noProvider = {
  statusCode: 503,
  title: 'Nobody can sign in at the moment',
  advice: 'The identity provider does not answer. Try again in a minute.',
};

type Handler = (request: IncomingMessage, response: ServerResponse, query: string) => Promise<void>;

/** Not yet listening. */
export function createApplication(parts: ApplicationParts): Server {
  const { settings, signIn, broker, log, now = Date.now } = parts;
  const sessions = new KeptByBrowser<SignedIn>(now);
  const pendingSignIns = new KeptByBrowser<PendingSignIn>(now);
  const userOf = (request: IncomingMessage) => sessions.get(cookieOf(request, SESSION));

  const begin = async (response: ServerResponse, wayBack: string) => {
    const begun = await signIn.begin(wayBack).catch((error: unknown) => {
      log(`sign-in not begun: ${codeOf(error)}`);
      return undefined;
    });
    if (!begun) return refuse(response, noProvider);
    const { location, pending } = begun;
    const id = pendingSignIns.keep(pending, now() + SIGN_IN_MS);
    redirect(response, location, setCookie(SIGN_IN, id));
  };

  const routes: Readonly<Record<string, Handler>> = {
    'GET /': async (request, response) => sendPage(response, 200, homePage(userOf(request)?.name)),
    'GET /login': (_, response) => begin(response, '/'),
    [`GET ${CALLBACK_PATH}`]: async (request, response, query) => {
      const pending = pendingSignIns.take(cookieOf(request, SIGN_IN));
      if (!pending) return refuse(response, notBegun);
      const user = await signIn.finish(query, pending).catch((error: unknown) => {
        log(`sign-in refused: ${codeOf(error)}`);
        return undefined;
      });
      if (!user) return refuse(response, notFinished);
      sessions.take(cookieOf(request, SESSION));
      const id = sessions.keep(user, user.expiresAt);
      redirect(response, pending.wayBack, setCookie(SESSION, id), clearCookie(SIGN_IN));
    },
    'GET /logout': (_, response) => sendPage(response, 200, signOutPage()),
    'POST /logout': async (request, response) => {
      const { origin } = request.headers;
      if (origin !== undefined && origin !== settings.url.origin) return refuse(response, foreign);
      sessions.take(cookieOf(request, SESSION));
      redirect(response, '/', clearCookie(SESSION));
    },
    'GET /get-s3-data': async (request, response) => {
      const user = userOf(request);
      if (!user) return begin(response, '/get-s3-data');
      const place = { bucket: settings.bucket, region: settings.broker.region };
      const rows = await readUserList(broker, place, user.idToken);
      response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(rows));
    },
  };

  return createServer(async (request, response) => {
    // By text, for a URL of other hosts and one that is none are no paths either.
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const name = `${request.method} ${path}`;
    try {
      const handler = Object.hasOwn(routes, name) ? routes[name] : undefined;
      await (handler ? handler(request, response, query) : refuse(response, notFound));
    } catch (error) {
      log(`${request.method} ${Object.hasOwn(routes, name) ? path : '…'} failed: ${codeOf(error)}`);
      const refusal = refusalOf(error);
      if (refusal.signInAgain) sessions.take(cookieOf(request, SESSION));
      await refuse(response, refusal);
    }
  });
}

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  // With none at all, a browser would send the form of our own page with the origin `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

async function sendPage(
  response: ServerResponse,
  statusCode: number,
  markup: ReturnType<typeof homePage>,
): Promise<void> {
  const text = String(await markup);
  response.writeHead(statusCode, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(text);
}

function refuse(response: ServerResponse, refusal: Refusal): Promise<void> {
  return sendPage(response, refusal.statusCode, refusalPage(refusal));
}

function redirect(response: ServerResponse, location: string, ...cookies: string[]): void {
  response.writeHead(303, { ...headers, location, 'set-cookie': cookies }).end();
}

/** Its message may quote what was sent. */
function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
}
