// Every refusal of the console portal: the one table of codes, and the exception that carries them.

interface PortalErrorEntry {
  readonly statusCode: 400 | 403 | 404 | 405 | 413 | 500 | 503;
  /** The heading that the user reads. */
  readonly title: string;
  /** What the user, or whoever runs the portal, does about it. */
  readonly remedy: string;
}

/** The codes, by what they are about. A person reads `title` and `remedy` on the page of the refusal. */
export const portalErrorTable = {
  TargetNotFound: {
    statusCode: 404,
    title: 'There is no such target',
    remedy: 'Check the address, or choose a target from the list.',
  },
  NotInGroup: {
    statusCode: 403,
    title: 'You are in none of the groups that may open this',
    remedy: 'Ask whoever runs your identity provider for membership, then sign in again.',
  },
  GroupsLeftOut: {
    statusCode: 403,
    title: 'Your identity provider did not say which groups you are in',
    remedy:
      'You are in more groups than it sends. Whoever runs it has it send only the groups that are assigned to the portal.',
  },
  DurationNotAllowed: {
    statusCode: 400,
    title: 'The session cannot last that long',
    remedy: 'Ask for a number of seconds within the bounds that the message names.',
  },
  RegionNotAllowed: {
    statusCode: 400,
    title: 'There is no such region here',
    remedy: 'Ask for a region of the target’s partition, such as eu-west-1.',
  },
  DestinationNotAllowed: {
    statusCode: 400,
    title: 'That is no page of the AWS console',
    remedy: 'Give a path of the console, or an https address of it in the target’s partition.',
  },
  TenantNotAllowed: {
    statusCode: 403,
    title: 'Your tenant cannot be carried into AWS',
    remedy:
      'Whoever runs your identity provider corrects the attribute: 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit.',
  },
  CrossSite: {
    statusCode: 403,
    title: 'This did not come from the portal',
    remedy: 'Open the portal, and do it from there.',
  },
  CommandLineNotAllowed: {
    statusCode: 400,
    title: 'The program asks in the wrong way',
    remedy: 'Run isb login again; it may be too old for this portal.',
  },
  NotSignedIn: {
    statusCode: 403,
    title: 'You have to sign in first',
    remedy: 'Sign in again, and do it then.',
  },
  SignInTooShort: {
    statusCode: 403,
    title: 'Your sign-in ends too soon',
    remedy:
      'Sign out of your identity provider, and sign in to it again; or ask whoever runs it for longer sessions.',
  },
  PageNotFound: {
    statusCode: 404,
    title: 'There is no such page',
    remedy: 'Choose a target from the list.',
  },
  MethodNotAllowed: {
    statusCode: 405,
    title: 'That cannot be done here',
    remedy: 'Choose a target from the list.',
  },
  TooLarge: {
    statusCode: 413,
    title: 'That is too large',
    remedy: 'Open the portal, and do it from there.',
  },
  InternalError: {
    statusCode: 500,
    title: 'The portal has failed',
    remedy: 'Try again; if it stays, tell whoever runs the portal the request id.',
  },
  DeadlineExceeded: {
    statusCode: 503,
    title: 'That took too long',
    remedy: 'Try again in a moment.',
  },
  TrustMissing: {
    statusCode: 403,
    title: 'The target role does not let the portal in',
    remedy: 'Whoever owns the role gives it the trust policy that docs/portal.md shows.',
  },
  IdentityProviderMissing: {
    statusCode: 403,
    title: 'The target account does not know the portal',
    remedy: 'Whoever owns the account creates the IAM OIDC provider that docs/portal.md shows.',
  },
  DurationAboveMaximum: {
    statusCode: 403,
    title: 'The role allows only shorter sessions',
    remedy: 'Whoever owns the role raises its maximum session duration, or the target’s duration is lowered.',
  },
  SessionTagsTooLarge: {
    statusCode: 403,
    title: 'What the session would say of you is too long',
    remedy: 'Whoever runs the portal sends fewer, or shorter, session tags.',
  },
  StateUnavailable: {
    statusCode: 503,
    title: 'The portal cannot read who has signed in at the moment',
    remedy: 'Try again in a moment.',
  },
  StsUnavailable: {
    statusCode: 503,
    title: 'AWS gives no session at the moment',
    remedy: 'Try again in a moment.',
  },
  SigningKeyUnavailable: {
    statusCode: 503,
    title: 'The portal cannot sign at the moment',
    remedy: 'Try again in a moment.',
  },
  ConsoleUnavailable: {
    statusCode: 503,
    title: 'The console’s sign-in does not answer',
    remedy: 'Try again in a moment.',
  },
} as const satisfies Record<string, PortalErrorEntry>;

export type PortalErrorCode = keyof typeof portalErrorTable;

/**
 * What the portal refuses a request with.
 *
 * `message` is shown to the user: it holds no assertion, no token and no secret. `cause` is for the log alone.
 */
export class PortalError extends Error {
  readonly code: PortalErrorCode;
  readonly statusCode: number;

  constructor(code: PortalErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'PortalError';
    this.code = code;
    this.statusCode = portalErrorTable[code].statusCode;
  }
}
