// The identity provider's answer as the browser brings it: read strictly, and held against the request that it answers.
import type { ServerMetadata } from 'openid-client';
import { SignInError } from '../sign-in/sign-in-error.ts';

/** Of all that the gateway takes, API Gateway allows 10,240 bytes with the headers; codes of Entra ID have some 1,500. */
const LONGEST = 8_192;
/** What is read of it: more, such as `session_state`, is nothing to the portal. */
const read = ['code', 'state', 'iss', 'error'] as const;
/** Ways of answering that were not asked for. */
const otherWays = ['response', 'id_token', 'access_token', 'token'];
/** RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6. */
const reasons = [
  ...['access_denied', 'invalid_request', 'invalid_scope', 'server_error', 'temporarily_unavailable'],
  ...['unauthorized_client', 'unsupported_response_type', 'login_required', 'interaction_required'],
  ...['consent_required', 'account_selection_required', 'unmet_authentication_requirements'],
];

export type AuthorizationAnswer = Readonly<Partial<Record<(typeof read)[number], string>>>;

/** @throws SignInError ResponseTooLarge, ResponseMalformed */
export function authorizationAnswerOf(parameters: URLSearchParams): AuthorizationAnswer {
  if (parameters.toString().length > LONGEST)
    throw new SignInError('ResponseTooLarge', `the answer has more than ${LONGEST} characters`);
  const twice = read.find((name) => parameters.getAll(name).length > 1);
  if (twice) throw new SignInError('ResponseMalformed', `the answer has ${twice} more than once`);
  const other = otherWays.find((name) => parameters.has(name));
  if (other) throw new SignInError('ResponseMalformed', `the answer has ${other}, which was not asked for`);
  return Object.fromEntries(
    read.flatMap((name) => {
      const value = parameters.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/**
 * The code of an answer to this request, by this identity provider: RFC 9207, section 2.4.
 *
 * @throws SignInError RequestMismatch, IssuerMismatch, IdentityProviderRefused, ResponseMalformed
 */
export function requireCode(
  { code, state, iss, error }: AuthorizationAnswer,
  expected: { readonly state: string },
  provider: Pick<ServerMetadata, 'issuer' | 'authorization_response_iss_parameter_supported'>,
): string {
  if (state !== expected.state)
    throw new SignInError('RequestMismatch', 'the answer is not to the request of this browser (state)');
  const isNamed = iss !== undefined || provider.authorization_response_iss_parameter_supported === true;
  if (isNamed && iss !== provider.issuer)
    throw new SignInError('IssuerMismatch', 'the answer is of another identity provider (iss)');
  if (error !== undefined) {
    const shown = reasons.find((reason) => reason === error);
    throw new SignInError('IdentityProviderRefused', `the answer is a refusal${shown ? `: ${shown}` : ''}`);
  }
  if (!code) throw new SignInError('ResponseMalformed', 'the answer has no code');
  return code;
}
