// Every refusal of a sign-in: the one table of codes, and the exception that carries them.

interface SignInErrorEntry {
  readonly statusCode: 400 | 403 | 503;
  /** The heading that the user reads. */
  readonly title: string;
  /** What the user, or whoever runs the portal or the identity provider, does about it. */
  readonly remedy: string;
}

const START_AGAIN = 'Open the portal, and sign in again.';
const NOT_FROM_THE_PROVIDER =
  'Open the portal, and sign in again. If it stays, whoever runs the portal compares its settings with the identity provider’s.';

/** The codes, by what they are about. A person reads `title` and `remedy` on the page of the refusal. */
export const signInErrorTable = {
  SignInNotBegun: {
    statusCode: 403,
    title: 'This sign-in was not begun here, or not in the last five minutes',
    remedy:
      'Open the portal, and sign in from there, in one window. If it stays, the browser must accept cookies of the portal.',
  },
  WayBackNotAllowed: {
    statusCode: 400,
    title: 'That is no page of the portal',
    remedy: START_AGAIN,
  },
  ResponseTooLarge: {
    statusCode: 400,
    title: 'The identity provider’s answer is too large',
    remedy:
      'Whoever runs the identity provider has it send fewer attributes: only the groups that are assigned to the portal.',
  },
  ResponseMalformed: {
    statusCode: 400,
    title: 'The identity provider’s answer cannot be read',
    remedy: NOT_FROM_THE_PROVIDER,
  },
  ResponseNotPlain: {
    statusCode: 400,
    title: 'The identity provider’s answer has parts that could be read in more than one way',
    remedy:
      'Whoever runs the identity provider has it send no document types, comments, processing instructions or CDATA sections.',
  },
  IdentityProviderRefused: {
    statusCode: 403,
    title: 'The identity provider did not sign you in',
    remedy:
      'Open the portal, and sign in again; or ask whoever runs the identity provider to assign you to the portal.',
  },
  AssertionEncrypted: {
    statusCode: 403,
    title: 'The identity provider’s answer is encrypted',
    remedy:
      'Whoever runs the identity provider switches encryption off for the portal; the answer travels over https.',
  },
  ResponseNotSigned: {
    statusCode: 403,
    title: 'The identity provider’s answer is not signed',
    remedy: 'Whoever runs the identity provider has it sign the assertion, the response or both.',
  },
  SignatureNotAllowed: {
    statusCode: 403,
    title: 'The identity provider’s answer is signed in a way that the portal does not accept',
    remedy:
      'Whoever runs the identity provider chooses RSA with SHA-256 or SHA-512; in SAML exclusive canonicalization, and a signature over the assertion or the response as a whole.',
  },
  SignatureInvalid: {
    statusCode: 403,
    title: 'The identity provider’s signature does not hold',
    remedy:
      'Open the portal, and sign in again. If it stays, the identity provider’s key or certificate has changed: whoever runs the portal compares it with the metadata.',
  },
  SigningKeysOutdated: {
    statusCode: 503,
    title: 'The portal cannot go by what it knows of the identity provider',
    remedy: 'Whoever runs the portal gives it the identity provider’s present metadata, or its issuer.',
  },
  IssuerMismatch: {
    statusCode: 403,
    title: 'The answer is of another identity provider',
    remedy: NOT_FROM_THE_PROVIDER,
  },
  DestinationMismatch: {
    statusCode: 403,
    title: 'The answer was meant for another place',
    remedy:
      'Whoever runs the identity provider compares its reply URL (assertion consumer service) with the portal’s metadata.',
  },
  AudienceMismatch: {
    statusCode: 403,
    title: 'The answer was meant for another application',
    remedy:
      'Whoever runs the identity provider compares its audience (entity id, or client id) with the portal’s settings.',
  },
  RequestMismatch: {
    statusCode: 403,
    title: 'The answer is to another sign-in than this browser’s',
    remedy: START_AGAIN,
  },
  CodeNotAccepted: {
    statusCode: 403,
    title: 'The identity provider does not take its own answer back',
    remedy: START_AGAIN,
  },
  SubjectNotConfirmed: {
    statusCode: 403,
    title: 'The answer does not say that whoever brings it is the user',
    remedy: 'Whoever runs the identity provider has it send one bearer confirmation, with recipient and end.',
  },
  ConditionNotAllowed: {
    statusCode: 403,
    title: 'The answer has conditions that the portal does not know',
    remedy:
      'Whoever runs the identity provider has it send a validity, an audience and nothing else as conditions.',
  },
  ResponseExpired: {
    statusCode: 403,
    title: 'The answer came too late',
    remedy: 'Open the portal, and sign in again. If it stays, one of the two clocks is wrong.',
  },
  ResponseNotYetValid: {
    statusCode: 403,
    title: 'The answer is from the future',
    remedy: 'Whoever runs the identity provider corrects its clock.',
  },
  ResponseUsed: {
    statusCode: 403,
    title: 'The answer has been used before',
    remedy: START_AGAIN,
  },
  SignInTooOld: {
    statusCode: 403,
    title: 'You signed in to the identity provider too long ago',
    remedy: 'Sign out of the identity provider, and sign in again.',
  },
  NameIdNotAllowed: {
    statusCode: 403,
    title: 'The answer does not say who you are',
    remedy:
      'Whoever runs the identity provider has it send one name that stays the same: a user principal name, a verified e-mail address or a persistent id.',
  },
  AttributeNotAllowed: {
    statusCode: 403,
    title: 'The answer says something about you twice, or in a form that is no text',
    remedy:
      'Whoever runs the identity provider has it send each attribute or claim once, with texts as values.',
  },
  TenantNotAllowed: {
    statusCode: 403,
    title: 'The answer names no tenant, or more than one',
    remedy:
      'Whoever runs the identity provider has it send the tenant’s attribute or claim with exactly one value.',
  },
  MetadataUnavailable: {
    statusCode: 503,
    title: 'The portal cannot reach the identity provider',
    remedy: 'Try again in a moment; if it stays, whoever runs the portal checks the address of the metadata.',
  },
  IdentityProviderUnavailable: {
    statusCode: 503,
    title: 'The identity provider does not answer the portal',
    remedy:
      'Try again in a moment; if it stays, whoever runs the portal asks whoever runs the identity provider.',
  },
  ClientNotAccepted: {
    statusCode: 403,
    title: 'The identity provider does not know the portal',
    remedy:
      'Whoever runs the portal compares client id, client authentication and redirect URI with the identity provider’s.',
  },
  StateUnavailable: {
    statusCode: 503,
    title: 'The portal cannot sign anybody in at the moment',
    remedy: 'Try again in a moment.',
  },
} as const satisfies Record<string, SignInErrorEntry>;

export type SignInErrorCode = keyof typeof signInErrorTable;

/**
 * What a sign-in is refused with.
 *
 * `message` is shown to the user: it names the part that was wrong, and holds no value of an assertion, a token or a
 * cookie. `cause` is for the log alone, and its message is not for that either: a parser's quotes what it read.
 */
export class SignInError extends Error {
  readonly code: SignInErrorCode;
  readonly statusCode: number;
  readonly title: string;
  readonly remedy: string;

  constructor(code: SignInErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'SignInError';
    this.code = code;
    const { statusCode, title, remedy } = signInErrorTable[code];
    this.statusCode = statusCode;
    this.title = title;
    this.remedy = remedy;
  }
}
