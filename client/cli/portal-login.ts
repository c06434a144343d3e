// One sign-in to a target on the command line: the browser asked, its answer awaited, the code exchanged, the session kept.
import { openBrowser } from '../login/browser.ts';
import { type Answered, exchangeCode } from '../login/code-exchange.ts';
import { type KeptFor, KeptSessions } from '../login/kept-sessions.ts';
import { loginRequest } from '../login/login-request.ts';
import { type Arrival, Loopback } from '../login/loopback.ts';
import { CommandFailure, type Surroundings } from './command.ts';
import { answeredCredentials, type SessionCredentials } from './credentials-format.ts';
import { shownMessage } from './shown-text.ts';

export const LONGEST_WAIT_MINUTES = 10;

const NO_PORTAL = 'what answers is no portal, see --portal';

export interface Beginning {
  readonly duration: string | undefined;
  readonly opensBrowser: boolean;
  /** 0: any that is free. */
  readonly port: number;
}

export class PortalLogin {
  readonly #portal: URL;
  readonly #keptFor: KeptFor;
  readonly #sessions: KeptSessions;

  constructor(
    { portal, service }: { readonly portal: URL; readonly service: string },
    private readonly surroundings: Surroundings,
  ) {
    this.#portal = portal;
    this.#keptFor = { portal: portal.href, service };
    this.#sessions = KeptSessions.of(surroundings.env);
  }

  /** What is kept, if it lasts for longer than so many milliseconds. */
  async kept(leastLeftMs: number): Promise<SessionCredentials | undefined> {
    const document = await this.#sessions.read(this.#keptFor);
    if (!document) return undefined;
    try {
      const credentials = credentialsIn(document);
      const now = this.surroundings.timing?.now() ?? Date.now();
      return Date.parse(credentials.Expiration) - now > leastLeftMs ? credentials : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws CommandFailure, NoAnswer */
  async begin({ duration, opensBrowser, port }: Beginning): Promise<SessionCredentials> {
    const loopback = await opened(port);
    try {
      const { service } = this.#keptFor;
      const { redirectUri } = loopback;
      const request = loginRequest({ portal: this.#portal, service, redirectUri, duration });
      const { stderr, env } = this.surroundings;
      stderr.write(
        `${opensBrowser ? 'Sign in, and say yes, in the browser. If none opens, open' : 'In a browser on this computer, open'}\n\n  ${request.url}\n\n`,
      );
      if (opensBrowser) openBrowser(request.url, env);
      const expected = { state: request.state, issuer: this.#portal.href };
      const arrival = await loopback.answer(expected, LONGEST_WAIT_MINUTES * 60_000);
      if (!arrival)
        throw new CommandFailure(`nobody has said yes in the browser for ${LONGEST_WAIT_MINUTES} minutes`);
      return await this.#finish(arrival, request.codeVerifier);
    } finally {
      loopback.close();
    }
  }

  /** The browser is told how it ended, once it is known. */
  async #finish(arrival: Arrival, codeVerifier: string): Promise<SessionCredentials> {
    try {
      const credentials = await this.#exchange(arrival.code, codeVerifier);
      await this.#keep(credentials);
      await arrival.tell('done');
      return credentials;
    } catch (error) {
      await arrival.tell('failed');
      throw error;
    }
  }

  async #exchange(code: string | undefined, codeVerifier: string): Promise<SessionCredentials> {
    if (code === undefined)
      throw new CommandFailure(
        'the browser’s answer has no code of this portal: is --portal its own address?',
      );
    const { service } = this.#keptFor;
    const answered = await exchangeCode({ portal: this.#portal, service, code, codeVerifier });
    if ('document' in answered) return credentialsIn(answered.document);
    throw new CommandFailure(describe(answered));
  }

  /** A session that cannot be kept is none the worse. */
  async #keep(credentials: SessionCredentials): Promise<void> {
    const { directory } = this.#sessions;
    await this.#sessions.keep(this.#keptFor, credentials).catch(({ code }: NodeJS.ErrnoException) => {
      this.surroundings.stderr.write(`the credentials cannot be kept in ${directory}: ${code}\n`);
    });
  }
}

/** What a portal answers has no tags: they are the user's own, in the session. */
function credentialsIn(document: Readonly<Record<string, unknown>>): SessionCredentials {
  const { Tags: _, ...credentials } = answeredCredentials(document, NO_PORTAL);
  return credentials;
}

function describe(answered: Exclude<Answered, { document: unknown }>): string {
  if ('status' in answered) return `the answer, ${answered.status}, is no portal’s: ${NO_PORTAL}`;
  const { code, message, requestId } = answered.refusal;
  const id = requestId === undefined ? '' : ` (request ${shownMessage(requestId)})`;
  return `${code}: ${shownMessage(message)}${id}`;
}

async function opened(port: number): Promise<Loopback> {
  try {
    return await Loopback.open(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`cannot listen on 127.0.0.1${port ? `, port ${port}` : ''}: ${code}`);
  }
}
