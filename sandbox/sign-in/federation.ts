// The federation endpoint: a session's keys become a token, and the token a signed-in browser.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
import type { Account } from '../account/account.ts';
import type { HttpRequest } from '../account/operation.ts';
import { parsedUrl } from '../parsed-url.ts';
import type { ConsoleSessions } from './console-sessions.ts';
import { consolePageOf } from './destination.ts';
import { parametersOf, required } from './parameters.ts';
import { SignInRefusal } from './refusal.ts';
import { verifySession } from './session.ts';
import type { SignInTokens } from './sign-in-tokens.ts';

/** CloudTrail's names of the two actions. */
export type FederationOperation = 'GetSigninToken' | 'ConsoleLogin';

export interface FederationAnswer {
  readonly callerArn: string;
  readonly token?: string;
  /** Of a login: the page, and what the cookie has. */
  readonly signedIn?: { readonly location: string; readonly cookie: string };
}

const operations: Readonly<Record<string, FederationOperation>> = {
  getSigninToken: 'GetSigninToken',
  login: 'ConsoleLogin',
};

const MIN_DURATION_SECONDS = 900;
const MAX_DURATION_SECONDS = 43_200;

export class Federation {
  readonly #account: Account;
  readonly #tokens: SignInTokens;
  readonly #consoles: ConsoleSessions;

  constructor(account: Account, tokens: SignInTokens, consoles: ConsoleSessions) {
    this.#account = account;
    this.#tokens = tokens;
    this.#consoles = consoles;
  }

  /** @throws SignInRefusal for an action that AWS or the sandbox does not have */
  operationOf(request: HttpRequest): FederationOperation {
    const action = required(parametersOf(request), 'Action');
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (operation) return operation;
    const named = /^\w{1,32}$/.test(action) ? action : 'that was asked for';
    throw new SignInRefusal(`the sandbox does not have the Action ${named}`, 501);
  }

  /** @throws SignInRefusal */
  run(operation: FederationOperation, request: HttpRequest): FederationAnswer {
    const parameters = parametersOf(request);
    return operation === 'GetSigninToken' ? this.#signInToken(parameters) : this.#login(parameters);
  }

  #signInToken(parameters: ReadonlyMap<string, string>): FederationAnswer {
    if (parameters.has('DurationSeconds'))
      throw new SignInRefusal(
        'the sandbox does not have GetFederationToken, which DurationSeconds is for',
        501,
      );
    const session = verifySession(this.#account, required(parameters, 'Session'));
    const { caller } = session;
    const seconds = durationIn(parameters.get('SessionDuration'));
    if (seconds !== undefined && caller.isChained)
      throw new SignInRefusal('SessionDuration must be left out for credentials of role chaining');
    const asked = seconds === undefined ? caller.expiresAt : this.#account.now() + seconds * 1_000;
    const consoleEndsAt = Math.min(asked, caller.expiresAt);
    return { callerArn: caller.arn, token: this.#tokens.issue({ session, consoleEndsAt }) };
  }

  #login(parameters: ReadonlyMap<string, string>): FederationAnswer {
    const token = required(parameters, 'SigninToken');
    const location = consolePageOf(required(parameters, 'Destination'));
    const issuer = issuerIn(parameters.get('Issuer'));
    const granted = this.#tokens.take(token);
    if (granted.consoleEndsAt <= this.#account.now()) throw new SignInRefusal('the session has ended');
    const cookie = this.#consoles.begin({ ...granted, issuer });
    return { callerArn: granted.session.caller.arn, signedIn: { location, cookie } };
  }
}

function durationIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= MIN_DURATION_SECONDS && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new SignInRefusal(
    `SessionDuration must be from ${MIN_DURATION_SECONDS} to ${MAX_DURATION_SECONDS} seconds`,
  );
}

/** It becomes a link: nothing but a page. */
function issuerIn(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = parsedUrl(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new SignInRefusal('Issuer must be a URL of http or https');
  return url.href;
}
