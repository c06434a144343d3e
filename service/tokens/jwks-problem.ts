// The JWKS problem: why a JWK set cannot be used, from a closed list, in words for whoever registered its URL.

/** `isLasting`: asking again would change nothing, so that a registration is refused. */
interface ProblemEntry {
  readonly isLasting: boolean;
  /** Goes on after “the JWK set”: what is known of the address and the document, and nothing that stands in it. */
  readonly text: string;
}

/** The reasons. docs/runbook.md has an entry for each. */
export const jwksProblems = {
  NoPublicAddress: { isLasting: true, text: 'is on a host that has no public address' },
  TlsFailed: {
    isLasting: true,
    text: 'is on a host whose certificate cannot be verified, or that does not speak TLS',
  },
  Redirected: {
    isLasting: true,
    text: 'has moved: the address answers with a redirect, which is not followed',
  },
  Refused: { isLasting: true, text: 'is not there: the address answers with a status of 4xx' },
  Encoded: { isLasting: true, text: 'comes in an encoding that was not asked for' },
  TooLong: { isLasting: true, text: 'is longer than 102400 bytes' },
  TooManyKeys: { isLasting: true, text: 'has more than 100 keys, or more members than those have' },
  NotJson: { isLasting: true, text: 'is not JSON' },
  DuplicateMember: { isLasting: true, text: 'has a member twice in one object' },
  DiscoveryDocument: {
    isLasting: true,
    text: 'is a discovery document: register the address that it names as jwks_uri',
  },
  NoKeySet: { isLasting: true, text: 'has no list of keys' },
  NoUsableKey: { isLasting: true, text: 'has no key that tokens can be verified with' },
  TimedOut: { isLasting: false, text: 'did not come in time' },
  ServerFailed: {
    isLasting: false,
    text: 'is not to be had: the address answers with a status of 429 or 5xx',
  },
  Unreachable: {
    isLasting: false,
    text: 'cannot be reached: the connection or the look-up of the host failed',
  },
} as const satisfies Record<string, ProblemEntry>;

export type JwksProblem = keyof typeof jwksProblems;

/** A JWK set that cannot be used. */
export class UnfitJwkSet extends Error {
  override readonly name = 'UnfitJwkSet';

  /** @param detail what the application needs to put it right */
  constructor(
    readonly problem: JwksProblem,
    { detail, cause }: { readonly detail?: string | undefined; readonly cause?: unknown } = {},
  ) {
    const { text } = jwksProblems[problem];
    super(detail === undefined ? text : `${text}, ${detail}`, { cause });
  }

  get isLasting(): boolean {
    return jwksProblems[this.problem].isLasting;
  }
}

/** What a fetch failed on that did not say so itself. */
export function unfitBecause(cause: unknown): UnfitJwkSet {
  if (cause instanceof UnfitJwkSet) return cause;
  const { name, code = '' } = Object(cause) as { name?: string; code?: string };
  if (name === 'TimeoutError' || code === 'ETIMEDOUT' || code === 'ETIMEOUT') {
    return new UnfitJwkSet('TimedOut', { cause });
  }
  return new UnfitJwkSet(isOfTls(String(code)) ? 'TlsFailed' : 'Unreachable', { cause });
}

/** OpenSSL’s codes of certificates, and those of its protocol: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isOfTls(code: string): boolean {
  return (
    /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_(CA|PURPOSE))/.test(
      code,
    ) ||
    code === 'EPROTO' ||
    code === 'PATH_LENGTH_EXCEEDED'
  );
}
