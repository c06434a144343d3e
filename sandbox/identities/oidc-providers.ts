// IAM's OpenID Connect providers: whose tokens an account takes, and for which clients.
import { AwsError } from '../aws-error.ts';
import { requireText } from '../constraints.ts';
import { issuerProblem, withoutScheme } from './issuer-url.ts';
import { requireTags } from './new-entity.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_CLIENT_IDS = 100;
const MAX_THUMBPRINTS = 5;

export interface OidcProvider {
  readonly arn: string;
  /** As it was given: what the `iss` of a token must be, letter by letter. */
  readonly url: string;
  /** The URL without its scheme, as IAM shows it, and as the condition keys of its tokens begin. */
  readonly name: string;
  readonly clientIds: Set<string>;
  /** Kept and shown; no certificate is compared with them. */
  readonly thumbprints: readonly string[];
  readonly tags: Map<string, string>;
  readonly createdAt: number;
}

export interface OidcProviderRequest {
  readonly url: string;
  readonly clientIds?: readonly string[];
  readonly thumbprints?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** An account's. */
export class OidcProviders {
  readonly #account: { readonly accountId: string; readonly now: () => number };
  readonly #byArn = new Map<string, OidcProvider>();

  constructor(account: { readonly accountId: string; readonly now: () => number }) {
    this.#account = account;
  }

  get all(): readonly OidcProvider[] {
    return [...this.#byArn.values()];
  }

  /** The one whose tokens have this `iss`. */
  ofIssuer(issuer: string): OidcProvider | undefined {
    return this.all.find(({ url }) => url === issuer);
  }

  /** @throws AwsError NoSuchEntity */
  get(arn: string): OidcProvider {
    const provider = this.#byArn.get(arn);
    if (provider) return provider;
    throw new AwsError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`, 404);
  }

  /** @throws AwsError ValidationError, InvalidInput, EntityAlreadyExists, LimitExceeded */
  create(request: OidcProviderRequest): OidcProvider {
    const { clientIds = [], thumbprints = [] } = request;
    const url = requireText('url', request.url, { maxLength: 255 });
    const problem = issuerProblem(url);
    if (problem !== undefined)
      throw new AwsError('ValidationError', `Invalid Open ID Connect Provider URL: ${problem}`);
    if (thumbprints.length > MAX_THUMBPRINTS) {
      throw new AwsError(
        'InvalidInput',
        `Thumbprint list must contain fewer than ${MAX_THUMBPRINTS + 1} entries.`,
      );
    }
    for (const thumbprint of thumbprints) {
      requireText('thumbprintList', thumbprint, { minLength: 40, maxLength: 40 });
    }
    const arn = this.arnOf(url);
    if (this.#byArn.has(arn)) {
      throw new AwsError('EntityAlreadyExists', `Provider with url ${url} already exists.`, 409);
    }
    const provider: OidcProvider = {
      arn,
      url,
      name: withoutScheme(url),
      clientIds: new Set(),
      thumbprints,
      tags: requireTags(request.tags),
      createdAt: this.#account.now(),
    };
    for (const clientId of clientIds) addClientId(provider, clientId);
    this.#byArn.set(arn, provider);
    return provider;
  }

  /** The ARN of a provider with this URL, whether or not there is one. */
  arnOf(url: string): string {
    return `arn:aws:iam::${this.#account.accountId}:oidc-provider/${withoutScheme(url)}`;
  }

  /** Nothing where it does not exist, and no role that trusts it changes. */
  delete(arn: string): void {
    this.#byArn.delete(arn);
  }

  /**
   * Nothing where it has the client already.
   * @throws AwsError NoSuchEntity, ValidationError, LimitExceeded
   */
  addClientId(arn: string, clientId: string): void {
    addClientId(this.get(arn), clientId);
  }
}

function addClientId({ clientIds }: OidcProvider, clientId: string): void {
  requireText('clientID', clientId, { maxLength: 255 });
  if (clientIds.size >= MAX_CLIENT_IDS && !clientIds.has(clientId)) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENT_IDS}`,
      409,
    );
  }
  clientIds.add(clientId);
}
