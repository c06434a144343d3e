// The token exchange: a user's JWT for an identity context, by IAM Identity Center, which takes a token once.
import type { AwsCallCredentials, SendAwsCall } from '../aws-call.ts';
import { BrokerError } from '../errors.ts';
import type { IdentityContext } from './sealed-context.ts';

export interface TokenExchangeOptions {
  /** Of the IAM Identity Center instance. */
  readonly region: string;
  /** `https://oidc.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly send: SendAwsCall;
  /** The service role's session, whom the application's actor policy names. */
  readonly credentials: () => Promise<AwsCallCredentials>;
  readonly now: () => number;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export class TokenExchange {
  constructor(private readonly options: TokenExchangeOptions) {}

  /**
   * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html
   *
   * One attempt: a second one may meet a token that the first has used up.
   *
   * @throws BrokerError TokenAlreadyExchanged, UserNotInDirectory, IdentityContextRefused, IdentityCenterUnavailable
   */
  async exchange(token: string, applicationArn: string): Promise<IdentityContext> {
    const { region, endpoint, send, now } = this.options;
    const credentials = await this.options.credentials();
    const askedAt = now();
    const { statusCode, body } = await send({
      signingName: 'sso-oauth',
      region,
      method: 'POST',
      url: new URL('/token?aws_iam=t', endpoint),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ clientId: applicationArn, grantType: JWT_BEARER, assertion: token }),
      credentials,
    }).catch((cause) => {
      throw unavailable(cause);
    });
    const answer = jsonOf(body, statusCode);
    if (statusCode !== 200) throw refusalOf(statusCode, answer);
    return contextOf(answer, askedAt);
  }
}

export function unavailable(cause: unknown): BrokerError {
  return new BrokerError('IdentityCenterUnavailable', 'IAM Identity Center cannot be asked at the moment', {
    cause,
  });
}

type Json = Readonly<Record<string, unknown>>;

/** Nothing of what cannot be read is quoted: it may be a token. */
function jsonOf(body: string, statusCode: number): Json {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch {}
  throw unavailable(new Error(`IAM Identity Center answered ${statusCode} and no JSON object`));
}

function contextOf({ awsAdditionalDetails, idToken, expiresIn }: Json, askedAt: number): IdentityContext {
  const { identityContext } = (awsAdditionalDetails ?? {}) as Json;
  if (typeof identityContext !== 'string' || identityContext === '' || !isLifetime(expiresIn)) {
    throw unavailable(new Error('IAM Identity Center answered without an identity context'));
  }
  return {
    assertion: identityContext,
    directoryUser: userOf(idToken),
    expiresAt: askedAt + expiresIn * 1_000,
  };
}

function isLifetime(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds);
}

/** For the audit alone: it came from AWS itself, and is not verified. */
function userOf(idToken: unknown): string | undefined {
  try {
    const { sub } = JSON.parse(
      Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    return typeof sub === 'string' && /^[\w-]{1,64}$/.test(sub) ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 6749, section 5.2. Of what AWS says beside the code little is documented: where it says why, that decides. */
function refusalOf(statusCode: number, { error, error_description: description }: Json): BrokerError {
  const code = typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : '';
  const said = typeof description === 'string' ? description : '';
  const cause = Object.assign(new Error(`IAM Identity Center answered ${statusCode} ${code}`), { code });
  if (
    statusCode >= 500 ||
    statusCode === 429 ||
    /^(slow_down|server_error|temporarily_unavailable)$/.test(code)
  )
    return unavailable(cause);
  if (code === 'invalid_grant' && /replay|reuse|already|exchanged before|used before/i.test(said))
    return new BrokerError('TokenAlreadyExchanged', alreadyExchanged, { cause });
  if (code === 'invalid_grant' && /user/i.test(said)) {
    return new BrokerError(
      'UserNotInDirectory',
      'the directory of IAM Identity Center has no user whom the token is of',
      { cause },
    );
  }
  // The service role's own session or signature: nothing that the application could mend.
  if (code === '' || statusCode === 403) return unavailable(cause);
  return new BrokerError('IdentityContextRefused', whyRefused(code), { cause });
}

export const alreadyExchanged =
  'IAM Identity Center takes a token once, and this one has been exchanged before: send one that is new';

function whyRefused(code: string): string {
  if (code === 'invalid_grant') {
    return (
      'IAM Identity Center refuses the token (invalid_grant): its issuer and audience must be those of the application’s grant, its ' +
      'user must be in the directory, and it must not have been exchanged by anybody else'
    );
  }
  if (code === 'access_denied') {
    return (
      'IAM Identity Center refuses the exchange (access_denied): the application’s actor policy must name the broker’s service role, ' +
      'and the user must be assigned to the application'
    );
  }
  return `IAM Identity Center refuses the exchange (${code}): check the application’s grant and authentication method`;
}
