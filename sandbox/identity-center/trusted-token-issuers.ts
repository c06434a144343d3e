// Trusted token issuers: whose tokens an instance exchanges, and which claim of theirs tells the user.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { requireOneOf, requireStructure, requireText } from '../constraints.ts';

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/using-apps-with-trusted-token-issuer.html */
const MAX_ISSUERS = 10;
const NAME = { maxLength: 255, pattern: /^[\w+=,.@-]+$/ };
/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_OidcJwtConfiguration.html */
const ISSUER_URL = {
  maxLength: 512,
  pattern: /^https?:\/\/[-a-zA-Z0-9+&@/%=~_|!:,.;]*[-a-zA-Z0-9+&@/%=~_|]$/,
};
const CLAIM_PATH = { maxLength: 255, pattern: /^\p{L}+(?:(\.|_)\p{L}+){0,2}$/u };
const ATTRIBUTE_PATH = { maxLength: 255, pattern: /^\p{L}+(?:\.\p{L}+){0,2}$/u };

export const ISSUER_ARN = {
  minLength: 10,
  maxLength: 1_224,
  pattern:
    /^arn:aws:sso::\d{12}:trustedTokenIssuer\/(sso)?ins-[a-zA-Z0-9-.]{16}\/tti-[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/,
};

export interface TrustedTokenIssuer {
  readonly arn: string;
  name: string;
  /** What the `iss` of a token must be, letter by letter. */
  readonly issuerUrl: string;
  /** Where in the token's claims the user is told: `email`. */
  claimPath: string;
  /** Which attribute of a user that is: `emails.value`. */
  attributePath: string;
}

/** An instance's. */
export class TrustedTokenIssuers {
  readonly #arnPrefix: string;
  readonly #byArn = new Map<string, TrustedTokenIssuer>();

  /** @param arnPrefix `arn:aws:sso::ACCOUNT:trustedTokenIssuer/INSTANCE` */
  constructor(arnPrefix: string) {
    this.#arnPrefix = arnPrefix;
  }

  get all(): readonly TrustedTokenIssuer[] {
    return [...this.#byArn.values()];
  }

  /** The ARN of one that is made next, or never. */
  newArn(uuid: string = randomUUID()): string {
    return `${this.#arnPrefix}/tti-${uuid}`;
  }

  /**
   * @param id a UUID; default: any
   * @throws AwsError ValidationError, ServiceQuotaExceededException
   */
  create(given: { name: unknown; type: unknown; configuration: unknown }, id?: string): TrustedTokenIssuer {
    const name = requireText('name', given.name, NAME);
    requireOneOf('trustedTokenIssuerType', given.type, ['OIDC_JWT']);
    const configuration = oidcConfiguration(given.configuration);
    requireRetrieval(configuration['JwksRetrievalOption']);
    const issuer: TrustedTokenIssuer = {
      arn: this.newArn(id),
      name,
      issuerUrl: requireText('issuerUrl', configuration['IssuerUrl'], ISSUER_URL),
      claimPath: requireText('claimAttributePath', configuration['ClaimAttributePath'], CLAIM_PATH),
      attributePath: requireText(
        'identityStoreAttributePath',
        configuration['IdentityStoreAttributePath'],
        ATTRIBUTE_PATH,
      ),
    };
    if (this.#byArn.size >= MAX_ISSUERS) {
      throw new AwsError(
        'ServiceQuotaExceededException',
        `An instance has at most ${MAX_ISSUERS} trusted token issuers.`,
      );
    }
    this.#byArn.set(issuer.arn, issuer);
    return issuer;
  }

  find(arn: string): TrustedTokenIssuer | undefined {
    return this.#byArn.get(arn);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn: string): TrustedTokenIssuer {
    const issuer = this.find(arn);
    if (issuer) return issuer;
    throw new AwsError('ResourceNotFoundException', `Trusted token issuer ${arn} does not exist.`);
  }

  /**
   * Its URL stays.
   * @throws AwsError ResourceNotFoundException, ValidationError
   */
  update(arn: string, given: { name?: unknown; configuration?: unknown }): void {
    const issuer = this.get(arn);
    const name = given.name === undefined ? issuer.name : requireText('name', given.name, NAME);
    const configuration = given.configuration === undefined ? {} : oidcConfiguration(given.configuration);
    const { ClaimAttributePath, IdentityStoreAttributePath, JwksRetrievalOption, IssuerUrl } = configuration;
    if (IssuerUrl !== undefined && IssuerUrl !== issuer.issuerUrl) {
      throw new AwsError('ValidationError', 'The URL of a trusted token issuer cannot be changed.');
    }
    if (JwksRetrievalOption !== undefined) requireRetrieval(JwksRetrievalOption);
    const claimPath = requireText('claimAttributePath', ClaimAttributePath ?? issuer.claimPath, CLAIM_PATH);
    const attributePath = requireText(
      'identityStoreAttributePath',
      IdentityStoreAttributePath ?? issuer.attributePath,
      ATTRIBUTE_PATH,
    );
    Object.assign(issuer, { name, claimPath, attributePath });
  }

  /**
   * Grants that name it stay, and no token of it is taken any more.
   * @throws AwsError ResourceNotFoundException
   */
  delete(arn: string): void {
    this.get(arn);
    this.#byArn.delete(arn);
  }
}

function oidcConfiguration(given: unknown): Record<string, unknown> {
  const configuration = requireStructure('trustedTokenIssuerConfiguration', given);
  return requireStructure('oidcJwtConfiguration', configuration['OidcJwtConfiguration']);
}

function requireRetrieval(option: unknown): void {
  requireOneOf('jwksRetrievalOption', option, ['OPEN_ID_DISCOVERY']);
}
