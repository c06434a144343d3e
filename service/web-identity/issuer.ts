// The portal as an OpenID Connect issuer: what target accounts trust, and the tokens that STS takes from it.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { PublishedKey, SigningKey } from './signing-key.ts';

/** What every token is for, and every OIDC provider lists as its client id. */
export const AUDIENCE = 'sts.amazonaws.com';
/** A token is made for one call of STS. */
export const TOKEN_SECONDS = 60;

/** Whose session it will be. */
export interface Subject {
  /** The target's: the first half of `sub`. */
  readonly service: string;
  /** RoleSessionName and source identity of the session: the second half of `sub`. */
  readonly sessionName: string;
  /** Session tags: key → value. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface IssuerOptions {
  /** `https://…`, without a slash at its end: STS reads what is published below it. */
  readonly url: string;
  readonly key: SigningKey;
  readonly now: Clock;
}

export class Issuer {
  constructor(private readonly options: IssuerOptions) {}

  /**
   * A signed token of 60 seconds. All its tags are transitive, so that the next role of a chain cannot be entered as
   * somebody else.
   *
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
   *
   * @throws PortalError SigningKeyUnavailable
   */
  async token({ service, sessionName, tags }: Subject): Promise<string> {
    const { url, key, now } = this.options;
    const { kid, alg } = await key.published();
    const issuedAt = Math.floor(now() / 1000);
    const input = [
      { typ: 'JWT', alg, kid },
      {
        iss: url,
        aud: AUDIENCE,
        sub: `${service}:${sessionName}`,
        iat: issuedAt,
        exp: issuedAt + TOKEN_SECONDS,
        jti: randomUUID(),
        'https://aws.amazon.com/source_identity': sessionName,
        'https://aws.amazon.com/tags': {
          principal_tags: Object.fromEntries(Object.entries(tags).map(([tag, value]) => [tag, [value]])),
          transitive_tag_keys: Object.keys(tags),
        },
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${Buffer.from(await key.sign(input)).toString('base64url')}`;
  }

  /** What is published at `/.well-known/openid-configuration`: OpenID Connect Discovery 1.0, section 3. */
  configuration(): Readonly<Record<string, unknown>> {
    const { url } = this.options;
    return {
      issuer: url,
      jwks_uri: `${url}/jwks.json`,
      // Required, and nobody signs in here: STS reads the issuer and the keys.
      authorization_endpoint: `${url}/`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti'],
    };
  }

  /** What is published at `/jwks.json`. @throws PortalError SigningKeyUnavailable */
  async jwkSet(): Promise<{ readonly keys: readonly PublishedKey[] }> {
    return { keys: [await this.options.key.published()] };
  }
}
