// The broker as an application uses it: registrations, one tenant's credentials for each token, and those for its data.
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { unexpectedContent } from './answers.ts';
import { BrokerApi, type BrokerCall, type Document } from './broker-api.ts';
import { type CredentialRequest, CredentialStore } from './credential-store.ts';
import { credentialsBody, type DataAccess, requireAccess } from './data-access.ts';
import { defaultCredentials } from './default-credentials.ts';
import { type BrokerLocation, endpointOf } from './endpoint.ts';
import { SessionBrokerError } from './errors.ts';
import { allGrants, type CallerGrant, type GrantsOptions } from './grants.ts';
import { type Send, send } from './https.ts';
import type { RegisteredApplication, RegistrationOwner, RegistrationRequest } from './registration.ts';
import {
  type DataCredentials,
  type Issued,
  issuedOf,
  shownCredentials,
  type TenantCredentials,
} from './tenant-credentials.ts';
import { systemTiming, type Timing } from './timing.ts';

export type SessionBrokerOptions = BrokerLocation & {
  /** The broker's region, `eu-west-1`: what requests are signed for. */
  readonly region: string;
  /** Of the application's own role. Default: what AWS SDK clients find by themselves. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /** Milliseconds that one request may take. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds that a call may take with all its retries. Default 20,000. */
  readonly budgetMs?: number | undefined;
  /**
   * Tokens whose credentials are kept, each counted once for every access to data; of more, those used least recently are
   * forgotten. Default 1,000.
   */
  readonly maxTokens?: number | undefined;
};

/** A JWT, or what gets one: it is called whenever credentials are asked for. */
export type TokenSource = string | (() => string | Promise<string>);

/** Of options that ask for no data. */
export type NoDataAccess = { readonly [Field in keyof DataAccess]?: undefined };

/** Stand-ins for the network and the clock, in tests. */
export interface SessionBrokerParts {
  readonly send?: Send;
  readonly timing?: Timing;
}

/** A renewal has something to go on with, and keeps nobody waiting for longer. */
const RENEWAL_TIMEOUT_MS = 3_000;

export class SessionBroker {
  readonly #api: BrokerApi;
  readonly #store: CredentialStore;
  readonly #timing: Timing;

  /** @throws TypeError for options that are wrong, by their names */
  constructor(options: SessionBrokerOptions, parts: SessionBrokerParts = {}) {
    const { region, timeoutMs = 10_000, budgetMs = 20_000, maxTokens = 1_000 } = options;
    if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region ?? ''))
      throw new TypeError('region: must be a region’s code');
    for (const [name, value] of Object.entries({ timeoutMs, budgetMs, maxTokens })) {
      if (!Number.isInteger(value) || value < 1)
        throw new TypeError(`${name}: must be a whole number above 0`);
    }
    const endpoint = endpointOf(options, region);
    this.#timing = parts.timing ?? systemTiming;
    this.#api = new BrokerApi({
      endpoint,
      region,
      credentials: options.credentials ?? defaultCredentials(region),
      send: parts.send ?? send,
      timing: this.#timing,
      timeoutMs,
      budgetMs,
    });
    this.#store = new CredentialStore({
      ask: (request, canWait) => this.#issue(request, canWait),
      now: () => this.#timing.now(),
      maxTokens,
    });
  }

  /** Registers the application; the identical registration again is no error, a different one `ApplicationAlreadyRegistered`. */
  async register(registration: RegistrationRequest): Promise<RegisteredApplication> {
    return registered(await this.#api.call({ method: 'POST', path: 'applications', body: registration }));
  }

  /** Replaces the registration. All execution environments of the broker go by it within 30 seconds, by default. */
  async replace(registration: RegistrationRequest): Promise<RegisteredApplication> {
    return registered(await this.#api.call({ method: 'PUT', path: 'applications', body: registration }));
  }

  /** Rejects with `ApplicationNotFound` where nothing is registered. */
  async show(owner: RegistrationOwner = {}): Promise<RegisteredApplication> {
    return registered(await this.#api.call({ method: 'GET', path: 'applications', query: { ...owner } }));
  }

  /**
   * Deregisters the application. Credentials that were handed out stay valid until they expire.
   * @returns what was registered; `undefined` where nothing was
   */
  async deregister(owner: RegistrationOwner = {}): Promise<RegisteredApplication | undefined> {
    try {
      return registered(
        await this.#api.call({ method: 'DELETE', path: 'applications', query: { ...owner } }),
      );
    } catch (error) {
      // An attempt whose answer was lost may have done it.
      if (error instanceof SessionBrokerError && error.code === 'ApplicationNotFound') return undefined;
      throw error;
    }
  }

  /**
   * Credentials of the tenant that this token is of. The same token gets the same until they are renewed: ten minutes
   * before they expire, or a quarter of their life where that is less. While the broker fails, they are served until ten seconds
   * before they expire; a denial ends them at once.
   *
   * With an access they are for those data of S3, and the same only for the same target, permission and duration.
   *
   * @throws SessionBrokerError; TypeError for an access that is none, by the field's name
   */
  credentials(token: string): Promise<TenantCredentials>;
  credentials(token: string, access: DataAccess): Promise<DataCredentials>;
  credentials(token: string, access?: DataAccess): Promise<TenantCredentials>;
  async credentials(token: string, access?: DataAccess): Promise<TenantCredentials> {
    requireToken(token);
    return shownCredentials(await this.#store.get({ token, access: copyOf(access) }));
  }

  /**
   * What the token's user may reach in S3, all pages of it; asked anew every time.
   *
   * @throws SessionBrokerError `TooManyGrants`, and others; TypeError for options that are wrong, by their names
   */
  async grants(token: string, options: GrantsOptions = {}): Promise<readonly CallerGrant[]> {
    requireToken(token);
    return allGrants((call) => this.#api.call(call), token, options);
  }

  /**
   * Credentials for AWS SDK clients: `new S3Client({ credentials: broker.forToken(jwt) })`.
   *
   * A client keeps what it got until five minutes before it expires. So give every tenant a client of its own: one
   * client over a function that answers now this tenant's token and now that one's would mix them up. The same is true of
   * every access to data.
   *
   * @throws TypeError for an access that is none, by the field's name
   */
  forToken(token: TokenSource, access?: DataAccess): AwsCredentialIdentityProvider {
    const asked = copyOf(access);
    return async () => this.credentials(typeof token === 'function' ? await token() : token, asked);
  }

  async #issue({ token, access }: CredentialRequest, canWait: boolean): Promise<Issued> {
    // In the body: a URL is logged by whoever sees it.
    const body = credentialsBody(token, access);
    const call: BrokerCall = { method: 'POST', path: 'credentials', body, token };
    const document = await (canWait ? this.#api.call(call) : this.#api.callOnce(call, RENEWAL_TIMEOUT_MS));
    const localTime = (time: number) => this.#api.localTime(time);
    return issuedOf(document, { now: this.#timing.now(), localTime, access });
  }
}

/**
 * Credentials of one tenant for AWS SDK clients, renewed for as long as `token` answers with a token that is valid.
 * For several tenants in one process, or several targets, make one {@link SessionBroker} and ask it `forToken`.
 *
 * @throws TypeError for options that are wrong, by their names
 */
export function fromSessionBroker(
  {
    token,
    target,
    permission,
    durationSeconds,
    ...options
  }: SessionBrokerOptions & { readonly token: TokenSource } & (DataAccess | NoDataAccess),
  parts?: SessionBrokerParts,
): AwsCredentialIdentityProvider {
  const access = { target, permission, durationSeconds };
  // One of the three without the others is a mistake, which credentials that reach more would hide.
  const isForData = Object.values(access).some((value) => value !== undefined);
  const broker = new SessionBroker(options as SessionBrokerOptions, parts);
  return broker.forToken(token, isForData ? (access as DataAccess) : undefined);
}

/** What was asked for stays what it was, whatever becomes of the caller's object. @throws TypeError for what is none */
function copyOf(access: DataAccess | undefined): DataAccess | undefined {
  if (access === undefined) return undefined;
  const { target, permission, durationSeconds } = requireAccess(access);
  return { target, permission, durationSeconds };
}

function requireToken(token: unknown): void {
  if (typeof token !== 'string' || token === '') {
    throw new TypeError('token: must be a string that is not empty');
  }
}

function registered(document: Document): RegisteredApplication {
  if (typeof document['ApplicationName'] !== 'string') {
    throw unexpectedContent('the answer holds no registration', 200);
  }
  return document as unknown as RegisteredApplication;
}
