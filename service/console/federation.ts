// The federation endpoint: a session becomes a URL that signs in to the console.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
import { PortalError } from '../portal-errors.ts';
import type { ConsolePartition } from './partition.ts';

export interface ConsoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface SignInPage {
  readonly session: ConsoleSession;
  readonly partition: ConsolePartition;
  /** Whose endpoint is asked: the bare host is that of one region alone. */
  readonly region: string;
  /** A page of the console: destination.ts. */
  readonly destination: string;
  /** Where an expired console sends its user: the portal. */
  readonly issuer: string;
}

export interface FederationOptions {
  /** Of the whole exchange. */
  readonly timeoutMs: number;
  /** `https://eu-west-1.signin.aws.amazon.com/federation`, for a region's sign-in host. Default: AWS's. */
  readonly endpoint?: (signInHost: string) => string;
  readonly fetch?: typeof fetch;
}

/** An answer is some 1,500 characters. */
const LONGEST_TOKEN = 16_384;

/**
 * A URL that signs in to the console once, within 15 minutes: a secret, for one redirect that nobody keeps.
 *
 * `SessionDuration` is left out: the console lasts as long as the session, and of a chained one AWS refuses it. The session
 * goes in the body of a POST, which no log of URLs has.
 *
 * @throws PortalError ConsoleUnavailable
 */
export async function consoleUrl(page: SignInPage, options: FederationOptions): Promise<string> {
  const host = `${page.region}.${page.partition.signInHost}`;
  const endpoint = options.endpoint?.(host) ?? `https://${host}/federation`;
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    Action: 'login',
    Issuer: page.issuer,
    Destination: page.destination,
    SigninToken: await signInToken(endpoint, page.session, options),
  }).toString();
  return url.href;
}

async function signInToken(
  endpoint: string,
  { accessKeyId, secretAccessKey, sessionToken }: ConsoleSession,
  { timeoutMs, fetch: ask = fetch }: FederationOptions,
): Promise<string> {
  const Session = JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken });
  try {
    const answer = await ask(endpoint, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'getSigninToken', Session }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await tokenIn(answer);
  } catch (cause) {
    if (cause instanceof PortalError) throw cause;
    // Without the cause: what a client says of a request that failed may quote it.
    throw unavailable('did not answer');
  }
}

/** Of an error the status is told, and nothing of the body, which may be a page of HTML and may quote the session. */
async function tokenIn(answer: Response): Promise<string> {
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw unavailable(`answered ${answer.status}`);
  }
  const text = await answer.text();
  const token = text.length <= LONGEST_TOKEN ? signInTokenOf(text) : undefined;
  if (token === undefined) throw unavailable('answered without a sign-in token');
  return token;
}

function signInTokenOf(text: string): string | undefined {
  try {
    const { SigninToken } = JSON.parse(text) as { SigninToken?: unknown };
    return typeof SigninToken === 'string' && SigninToken !== '' ? SigninToken : undefined;
  } catch {
    // A parser's message quotes what it read.
    return undefined;
  }
}

function unavailable(what: string): PortalError {
  return new PortalError('ConsoleUnavailable', `the console’s federation endpoint ${what}`);
}
