// Every error that the broker answers with: the codes, and the exception that carries them.

/**
 * The codes, each with its status; what they mean is in error-table.ts.
 *
 * A refused token is 403 and not 401: the request itself was authenticated (by SigV4), the token is a
 * parameter of it, and no challenge could be answered (RFC 9110, sections 15.5.2 and 15.5.4).
 */
export const statusCodes = {
  InvalidRequest: 400,
  JwkSetNotUsable: 400,
  TargetInvalid: 400,
  CallerNotAllowed: 403,
  ApplicationRoleRecreated: 403,
  NotARegistrar: 403,
  RegistrationNotAllowed: 403,
  TokenMalformed: 403,
  TokenAlgorithmNotAllowed: 403,
  TokenKeyNotFound: 403,
  TokenSignatureInvalid: 403,
  TokenExpired: 403,
  TokenNotYetValid: 403,
  TokenIssuerMismatch: 403,
  TokenAudienceMismatch: 403,
  TokenUseMismatch: 403,
  TokenClaimMismatch: 403,
  JwksUrlNotAllowed: 403,
  ClaimMissing: 403,
  ClaimNotAllowed: 403,
  TrustNotPinned: 403,
  AccessRoleNotAssumable: 403,
  AccessRoleRecreated: 403,
  AccessRoleNotShared: 403,
  SessionTagsTooLarge: 403,
  TargetOutsideTenant: 403,
  GrantDenied: 403,
  GrantNotOfUser: 403,
  TokenAlreadyExchanged: 403,
  UserNotInDirectory: 403,
  IdentityContextRefused: 403,
  ApplicationNotFound: 404,
  RouteNotFound: 404,
  ApplicationAlreadyRegistered: 409,
  AccessRoleClaimed: 409,
  RegistrationChanged: 409,
  TooManyRequests: 429,
  InternalError: 500,
  DeadlineExceeded: 503,
  AccessMetadataUnavailable: 503,
  JwksUnavailable: 503,
  StsUnavailable: 503,
  LocationMisconfigured: 503,
  IdentityCenterUnavailable: 503,
  AccessGrantsUnavailable: 503,
} as const;

export type ErrorCode = keyof typeof statusCodes;

/** Seconds that a caller waits before it asks again after a 503. */
const RETRY_AFTER_SECONDS = 1;

/**
 * What the broker answers a request with that it does not serve.
 *
 * `message` is shown to the caller: it names the field and the fix, and holds no value of a token, no
 * secret and nothing of another application. `cause` is for the log alone, and goes there by
 * {@link describeCause}.
 */
export class BrokerError extends Error {
  readonly code: ErrorCode;
  readonly statusCode: number;
  /** Whole seconds: on 429 and 503, and on TokenKeyNotFound while the keys cannot be asked for again. */
  readonly retryAfterSeconds: number | undefined;
  /** Which of a closed list of problems it was, for the log and a metric: see jwks-problem.ts. */
  readonly problem: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly retryAfterSeconds?: number;
      readonly problem?: string;
    } = {},
  ) {
    super(message, options);
    this.name = 'BrokerError';
    this.code = code;
    this.statusCode = statusCodes[code];
    this.problem = options.problem;
    this.retryAfterSeconds =
      options.retryAfterSeconds ?? (this.statusCode === 503 ? RETRY_AFTER_SECONDS : undefined);
  }

  /** True for a 4xx: asking again changes nothing, and no cached answer may stand in for it. */
  get isDenial(): boolean {
    return this.statusCode < 500;
  }
}

/**
 * A name that the caller made up (a field, a query parameter) as a message shows it. A long one is not shown
 * at all, not even its beginning: it may be a token in the wrong place.
 */
export function shownName(name: string): string {
  return name.length <= 32 ? JSON.stringify(name).slice(1, -1) : `(a name of ${name.length} characters)`;
}

/** What the log shows of a cause: never a message that could quote its input (a parser's, a validator's). */
export interface CauseDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly awsRequestId?: string;
  readonly frames?: string[];
}

/** Describes an error for the log: AWS service errors with their message, all others by name, code and stack frames. */
export function describeCause(error: unknown): CauseDescription | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, $fault, $metadata } = error as Error & {
    code?: unknown;
    $fault?: unknown;
    $metadata?: { requestId?: string };
  };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...($fault !== undefined && { message: error.message }),
    ...($metadata?.requestId !== undefined && { awsRequestId: $metadata.requestId }),
    ...($fault === undefined && { frames: stackFrames(error) }),
  };
}

function stackFrames(error: Error): string[] {
  const stack = error.stack ?? '';
  // The stack opens with the message, whose lines could look like frames.
  return stack
    .slice(stack.indexOf(error.message) + error.message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .slice(0, 10);
}
