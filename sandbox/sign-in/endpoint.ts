// AWS's sign-in endpoint and the console, on one loopback address.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { html } from 'hono/html';
import type { Account } from '../account/account.ts';
import type { HttpRequest } from '../account/operation.ts';
import { BodyTooLarge, readHttpRequest } from '../aws-endpoint/http-request.ts';
import { ConsoleSessions } from './console-sessions.ts';
import { CONSOLE_PATH, destinationOf } from './destination.ts';
import { Federation, type FederationAnswer } from './federation.ts';
import { badRequestPage, consolePage, signedOutPage } from './pages.ts';
import { SignInRefusal } from './refusal.ts';
import { s3ViewOf } from './s3-view.ts';
import { SignInTokens } from './sign-in-tokens.ts';

export interface SignInEndpoint {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  /** `http://127.0.0.1:PORT/federation` */
  readonly federationUrl: string;
  close(): Promise<void>;
}

export interface SignInEndpointOptions {
  readonly account: Account;
  /** 0 takes any free one. */
  readonly port: number;
  /** Where the console reads what it shows. */
  readonly awsEndpointUrl: string;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Its body has no end. */
  readonly stalls?: boolean;
}

const FEDERATION_PATH = '/federation';
const MAX_BODY_BYTES = 64 * 1_024;

/** Listens on 127.0.0.1. Faults of service `signin` apply to `GetSigninToken` and `ConsoleLogin`. */
export async function startSignInEndpoint(options: SignInEndpointOptions): Promise<SignInEndpoint> {
  const { account, port } = options;
  const consoles = new ConsoleSessions(account);
  const federation = new Federation(account, new SignInTokens(account.now), consoles);
  const server = createServer();
  await listen(server, port);
  const { port: chosen } = server.address() as AddressInfo;
  // Browsers keep the cookies of every port of a host together.
  const desk = { ...options, consoles, federation, cookieName: `isb-console-${chosen}` };
  server.on('request', (request, response) => void serve(request, response, desk));
  const url = `http://127.0.0.1:${chosen}`;
  return {
    url,
    federationUrl: `${url}${FEDERATION_PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
}

interface Desk extends SignInEndpointOptions {
  readonly consoles: ConsoleSessions;
  readonly federation: Federation;
  readonly cookieName: string;
}

async function serve(incoming: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const answer = await answerTo(incoming, desk).catch(async (error: unknown): Promise<Answer> => {
    if (error instanceof BodyTooLarge) return htmlAnswer(413, badRequestPage(413));
    if (!incoming.errored) console.error('sandbox:', error);
    return htmlAnswer(500, badRequestPage(500));
  });
  if (!answer) {
    incoming.socket.destroy();
    return;
  }
  response.writeHead(answer.statusCode, {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    ...(!answer.stalls && { 'content-length': Buffer.byteLength(answer.body) }),
  });
  if (answer.stalls) response.flushHeaders();
  else response.end(answer.body);
}

/** `undefined` where a fault cuts the connection. */
async function answerTo(incoming: IncomingMessage, desk: Desk): Promise<Answer | undefined> {
  const request = await readHttpRequest(incoming, MAX_BODY_BYTES);
  if (request.rawPath === FEDERATION_PATH) return federated(request, desk);
  return shown(request, desk);
}

async function federated(request: HttpRequest, desk: Desk): Promise<Answer | undefined> {
  const { account, federation } = desk;
  const tell = (operation: string, statusCode: number, more: object): void =>
    account.trail.record(
      { time: account.now(), service: 'signin', operation, callerArn: undefined, statusCode, ...more },
      { method: request.method, path: request.rawPath },
    );
  let operation = 'unknown';
  try {
    const known = federation.operationOf(request);
    operation = known;
    const fault = account.faults.take('signin', operation);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs);
    if (fault?.disconnect) return undefined;
    if (fault?.stall) return { statusCode: 200, headers: {}, body: '', stalls: true };
    if (fault?.garbage !== undefined)
      return { statusCode: 200, headers: { 'content-type': 'text/html' }, body: fault.garbage };
    if (fault?.error) {
      const { statusCode, code, message } = fault.error;
      tell(operation, statusCode, { errorCode: code, errorMessage: message });
      return htmlAnswer(statusCode, badRequestPage(statusCode));
    }
    const answer = federation.run(known, request);
    tell(operation, answer.token === undefined ? 302 : 200, { callerArn: answer.callerArn });
    return granted(answer, desk);
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error;
    const { statusCode, reason } = error;
    tell(operation, statusCode, { errorCode: 'BadRequest', errorMessage: reason, reason });
    return htmlAnswer(statusCode, badRequestPage(statusCode));
  }
}

function granted({ token, signedIn }: FederationAnswer, { cookieName }: Desk): Answer {
  if (!signedIn) {
    const body = JSON.stringify({ SigninToken: token });
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { location, cookie } = signedIn;
  const setCookie = `${cookieName}=${cookie}; Path=${CONSOLE_PATH}; HttpOnly; SameSite=Lax`;
  return { statusCode: 302, headers: { location, 'set-cookie': setCookie }, body: '' };
}

async function shown(request: HttpRequest, desk: Desk): Promise<Answer> {
  const { account, awsEndpointUrl, consoles, cookieName } = desk;
  const { method, rawPath, rawQuery, headers } = request;
  const destination = destinationOf(rawPath, rawQuery);
  if (!destination) return htmlAnswer(404, badRequestPage(404));
  if (method !== 'GET' && method !== 'HEAD') return htmlAnswer(405, badRequestPage(405));
  const signedIn = consoles.find(cookieIn(headers.cookie, cookieName));
  if (!signedIn.session) return htmlAnswer(403, signedOutPage(signedIn.issuer));
  const { session, endsAt } = signedIn;
  const s3 = await s3ViewOf(account, awsEndpointUrl, session, destination);
  return htmlAnswer(200, consolePage(session, endsAt, destination, s3));
}

function cookieIn(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([candidate]) => candidate === name)?.[1];
}

async function htmlAnswer(statusCode: number, markup: ReturnType<typeof html>): Promise<Answer> {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    },
    body: String(await markup),
  };
}
