// What a call of the broker may fail with: one class, told apart by its code.

/** The broker's own codes. What each means, and what to do: docs/errors.md. */
export type BrokerErrorCode =
  | 'InvalidRequest'
  | 'TargetInvalid'
  | 'JwkSetNotUsable'
  | 'CallerNotAllowed'
  | 'ApplicationRoleRecreated'
  | 'NotARegistrar'
  | 'RegistrationNotAllowed'
  | 'TokenMalformed'
  | 'TokenAlgorithmNotAllowed'
  | 'TokenKeyNotFound'
  | 'TokenSignatureInvalid'
  | 'TokenExpired'
  | 'TokenNotYetValid'
  | 'TokenIssuerMismatch'
  | 'TokenAudienceMismatch'
  | 'TokenUseMismatch'
  | 'TokenClaimMismatch'
  | 'JwksUrlNotAllowed'
  | 'ClaimMissing'
  | 'ClaimNotAllowed'
  | 'TrustNotPinned'
  | 'AccessRoleNotAssumable'
  | 'AccessRoleRecreated'
  | 'AccessRoleNotShared'
  | 'SessionTagsTooLarge'
  | 'TargetOutsideTenant'
  | 'GrantDenied'
  | 'GrantNotOfUser'
  | 'TokenAlreadyExchanged'
  | 'UserNotInDirectory'
  | 'IdentityContextRefused'
  | 'ApplicationNotFound'
  | 'RouteNotFound'
  | 'ApplicationAlreadyRegistered'
  | 'AccessRoleClaimed'
  | 'RegistrationChanged'
  | 'TooManyRequests'
  | 'InternalError'
  | 'DeadlineExceeded'
  | 'AccessMetadataUnavailable'
  | 'JwksUnavailable'
  | 'StsUnavailable'
  | 'LocationMisconfigured'
  | 'IdentityCenterUnavailable'
  | 'AccessGrantsUnavailable';

/**
 * Where the broker itself did not answer, or no answer will do.
 *
 * - `NoAnswer`: no connection, or none in time
 * - `GatewayRefused`: API Gateway's 4xx: signature, region, `execute-api:Invoke`, or a route that there is not
 * - `GatewayThrottled`: its 429, from the throttle that all applications share
 * - `GatewayFailed`: its 5xx: the function could not be invoked
 * - `UnexpectedAnswer`: what answers is no broker, or the answer is for other data than were asked for
 * - `TooManyGrants`: more than `maxGrants`
 */
export type ClientErrorCode =
  | 'NoAnswer'
  | 'GatewayRefused'
  | 'GatewayThrottled'
  | 'GatewayFailed'
  | 'UnexpectedAnswer'
  | 'TooManyGrants';

/** A later broker may have codes that are not listed here: they are strings. */
export type SessionBrokerErrorCode = BrokerErrorCode | ClientErrorCode | (string & {});

export interface SessionBrokerErrorDetails {
  readonly code: SessionBrokerErrorCode;
  readonly statusCode?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** `message` is for people and may change; it never holds a token or a secret. Switch on `code`. */
export class SessionBrokerError extends Error {
  override readonly name = 'SessionBrokerError';
  readonly code: SessionBrokerErrorCode;
  /** Of the HTTP answer; `undefined` where there was none. */
  readonly statusCode: number | undefined;
  /** What the platform team finds the request by. */
  readonly requestId: string | undefined;
  /** Seconds from the answer on, after which the same request may be served. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: SessionBrokerErrorDetails) {
    super(message);
    this.code = details.code;
    this.statusCode = details.statusCode;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** True where the same request is refused again until something is mended: it is not retried, and nothing stands in for it. */
  get isDenial(): boolean {
    const { statusCode = 0, code, retryAfterSeconds } = this;
    if (code === 'TokenKeyNotFound' && retryAfterSeconds !== undefined) return false;
    return statusCode >= 400 && statusCode < 500 && statusCode !== 429;
  }

  /** True where the same request may be served a moment later: 429, 502, 503, 504, no answer, a key published just now. */
  get isRetryable(): boolean {
    const { statusCode = 0, code } = this;
    if (code === 'NoAnswer' || code === 'GatewayFailed') return true;
    return [429, 502, 503, 504].includes(statusCode) || (code === 'TokenKeyNotFound' && !this.isDenial);
  }
}
