// Every error that the broker answers with: the one table of codes, and the exception that carries them.

interface ErrorEntry {
  readonly statusCode: 400 | 403 | 404 | 409 | 429 | 500 | 503;
  /** When it happens. */
  readonly meaning: string;
  /** What the caller does about it. */
  readonly remedy: string;
}

/**
 * The codes, by status. docs/errors.md is generated from this table.
 *
 * A refused token is 403 and not 401: the request itself was authenticated (by SigV4), the token is a
 * parameter of it, and no challenge could be answered (RFC 9110, sections 15.5.2 and 15.5.4).
 */
export const errorTable = {
  InvalidRequest: {
    statusCode: 400,
    meaning: 'The body, a field or a query parameter is missing, malformed, unknown or out of bounds.',
    remedy: 'Correct what the message names.',
  },
  JwkSetNotUsable: {
    statusCode: 400,
    meaning: 'The JWK set at the JWKSetURL to be registered is none that a token could be verified with.',
    remedy: 'Correct what the message names: the URL, its host, or what is published there.',
  },
  CallerNotAllowed: {
    statusCode: 403,
    meaning: 'The caller is not an IAM role of the account that the broker serves.',
    remedy: 'Call with the credentials of the application’s own role, not of a user or another account.',
  },
  ApplicationRoleRecreated: {
    statusCode: 403,
    meaning: 'The application was registered by an earlier IAM role of the same name.',
    remedy:
      'If the role was recreated on purpose, an operator binds the registration to it: docs/operations.md.',
  },
  NotARegistrar: {
    statusCode: 403,
    meaning:
      'The caller is no registrar, and registrations are written by registrars here, or the request is about another application.',
    remedy: 'Let a role that is among the registrars make the request, naming the application.',
  },
  RegistrationNotAllowed: {
    statusCode: 403,
    meaning:
      'The registration lacks what the deployment has come to require since: an Issuer, or an Audience.',
    remedy: 'Register what the message names, with PUT /applications.',
  },
  TokenMalformed: {
    statusCode: 403,
    meaning: 'The token is not a signed JWT in compact form, or has a header or claims of a wrong type.',
    remedy: 'Send the ID or access token exactly as the identity provider issued it.',
  },
  TokenAlgorithmNotAllowed: {
    statusCode: 403,
    meaning: 'The token’s algorithm is not among the asymmetric ones that the registration allows.',
    remedy: 'Sign with an allowed algorithm, or widen Algorithms in the registration.',
  },
  TokenKeyNotFound: {
    statusCode: 403,
    meaning: 'The registered JWK set has no usable key, or more than one, for the token.',
    remedy:
      'Check that JWKSetURL belongs to the token’s issuer, and that the token names its key (kid). With Retry-After, a key that was published a moment ago may be found then.',
  },
  TokenSignatureInvalid: {
    statusCode: 403,
    meaning: 'The signature does not verify with the key that the token names.',
    remedy: 'Send the token unaltered; check that JWKSetURL belongs to its issuer.',
  },
  TokenExpired: {
    statusCode: 403,
    meaning: 'The token’s exp has passed.',
    remedy: 'Let the user’s session refresh the token.',
  },
  TokenNotYetValid: {
    statusCode: 403,
    meaning: 'The token’s nbf lies ahead.',
    remedy: 'Wait, or correct the issuer’s clock.',
  },
  TokenIssuerMismatch: {
    statusCode: 403,
    meaning: 'The token’s iss is not the registered Issuer, or none of them.',
    remedy: 'Send a token of the registered issuer, or correct the registration.',
  },
  TokenAudienceMismatch: {
    statusCode: 403,
    meaning: 'Neither aud nor client_id of the token is a registered Audience.',
    remedy: 'Send a token issued for this application, or correct the registration.',
  },
  TokenUseMismatch: {
    statusCode: 403,
    meaning: 'The token’s token_use is not the registered TokenUse.',
    remedy: 'Send the kind of token (id or access) that the registration names.',
  },
  TokenClaimMismatch: {
    statusCode: 403,
    meaning: 'A claim of the token has none of the values that RequiredClaims registers for it.',
    remedy: 'Send a token that has one of them, or correct the registration.',
  },
  JwksUrlNotAllowed: {
    statusCode: 403,
    meaning: 'The registered JWKSetURL is not one that this deployment fetches keys from.',
    remedy: 'Register a JWKSetURL on an allowed host, or let the platform team allow its host (jwksHosts).',
  },
  ClaimMissing: {
    statusCode: 403,
    meaning: 'The verified token lacks a claim that becomes a session tag.',
    remedy: 'Let the identity provider issue the claim, or correct the registration.',
  },
  ClaimNotAllowed: {
    statusCode: 403,
    meaning:
      'A claim that becomes a session tag is not a string, has characters or a length not allowed, or names the tenant of another issuer.',
    remedy: 'Correct the claim’s value, or see SessionTagValues, ClaimForms and SessionTagValue.',
  },
  TrustNotPinned: {
    statusCode: 403,
    meaning:
      'The deployment accepts only access roles whose trust policy requires the application’s external id.',
    remedy: 'Add the condition that the message names to the trust policy; then register.',
  },
  AccessRoleNotAssumable: {
    statusCode: 403,
    meaning: 'STS refused to assume the access role, or the session as it was asked for.',
    remedy: 'Correct the access role’s trust policy as the message says.',
  },
  AccessRoleRecreated: {
    statusCode: 403,
    meaning:
      'The access role is not the one that was registered: it was deleted, and made anew under its name.',
    remedy: 'Register the new role with PUT /applications, if it is still yours.',
  },
  AccessRoleNotShared: {
    statusCode: 403,
    meaning: 'The owner of the access role shares it with the application no longer.',
    remedy: 'Let the owner name the application in SharedWith, or register an access role of your own.',
  },
  SessionTagsTooLarge: {
    statusCode: 403,
    meaning:
      'The session tags exceed the packed size that STS allows. No tag is ever dropped to make them fit.',
    remedy: 'Register fewer session tags, or claims with shorter values.',
  },
  ApplicationNotFound: {
    statusCode: 404,
    meaning: 'The calling role has no registration.',
    remedy: 'Register with POST /applications.',
  },
  RouteNotFound: {
    statusCode: 404,
    meaning: 'No such path, or not with this method.',
    remedy: 'See docs/api.md.',
  },
  ApplicationAlreadyRegistered: {
    statusCode: 409,
    meaning: 'The application is registered, and differently.',
    remedy: 'Replace the registration with PUT /applications.',
  },
  AccessRoleClaimed: {
    statusCode: 409,
    meaning: 'The access role belongs to another application.',
    remedy:
      'Register an access role of your own; or let its owner name the application in SharedWith, or deregister.',
  },
  RegistrationChanged: {
    statusCode: 409,
    meaning: 'The registration was changed by another request at the same time.',
    remedy: 'Read it with GET /applications and decide again.',
  },
  TooManyRequests: {
    statusCode: 429,
    meaning: 'The application is over its usage plan.',
    remedy: 'Wait Retry-After seconds; spread the requests, or ask the platform team for a larger plan.',
  },
  InternalError: {
    statusCode: 500,
    meaning: 'The broker failed.',
    remedy: 'Report the request id to the platform team.',
  },
  DeadlineExceeded: {
    statusCode: 503,
    meaning: 'The request took longer than its budget, for a dependency that was slow.',
    remedy: 'Retry after Retry-After seconds. A write may have been carried out: repeating it is safe.',
  },
  AccessMetadataUnavailable: {
    statusCode: 503,
    meaning: 'DynamoDB did not answer, or not as expected.',
    remedy: 'Retry after Retry-After seconds.',
  },
  JwksUnavailable: {
    statusCode: 503,
    meaning: 'The JWK set could not be fetched, or is not one.',
    remedy:
      'Retry after Retry-After seconds; check that JWKSetURL answers, and what the message says of its host or its set.',
  },
  StsUnavailable: {
    statusCode: 503,
    meaning: 'STS did not answer, throttled, or refused the broker’s own service role.',
    remedy: 'Retry after Retry-After seconds.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

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
    this.statusCode = errorTable[code].statusCode;
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
