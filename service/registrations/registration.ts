// The registration: what an application says of itself, its bounds, and its form on the wire.
import * as z from 'zod/mini';
import { BrokerError, shownName } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '../tokens/signature-algorithms.ts';

export interface Registration {
  /** Name of the access role, with its path before it where it has one (`team/AppAccess`). */
  readonly accessRoleName: string;
  readonly sessionTagKey: string;
  /** The claim's exact name, colons and all. */
  readonly jwtClaimName: string;
  readonly jwksUrl: string;
  /** Exact `iss`; any where absent. */
  readonly issuer?: string;
  /** At least one, sorted; any where absent. */
  readonly audience?: readonly string[];
  /** Exact `token_use`; any where absent. */
  readonly tokenUse?: 'id' | 'access';
  /** At least one, sorted; every asymmetric algorithm where absent. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** Further session tags, sorted by key: tag key and claim name. */
  readonly sessionTags: readonly (readonly [key: string, claimName: string])[];
  readonly sessionTagValues: 'Strict' | 'Any';
  /** 900–3,600. */
  readonly sessionDurationSeconds: number;
  /** Applications that may register the access role too, sorted; none where absent. */
  readonly sharedWith?: readonly string[];
}

// Every schema, and every check of one, is made at each start: as few as will do.
const text = (maximum: number, problem: string) =>
  z.string('must be a string').check(z.regex(new RegExp(`^[^]{1,${maximum}}$`, 'u'), problem));
const listOf = <T extends z.ZodMiniType>(item: T, maximum: number, problem: string) =>
  z.array(item, problem).check(z.refine(({ length }) => length >= 1 && length <= maximum, problem));

const roleName = z
  .string('must be a string')
  .check(
    z.regex(
      /^(?=.{1,512}$)(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
      'must be the name of an IAM role of this account, with its path before it where it has one, and no ARN',
    ),
  );

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html; the prefix `aws:` is reserved. */
const tagKey = z
  .string('must be a string')
  .check(
    z.regex(
      /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
      'must be an STS tag key: 1–128 letters, digits, spaces or _.:/=+-@, not starting with aws:',
    ),
  );

/** As a role's name becomes an application's: see caller.ts. */
const applicationName = z
  .string('must be a string')
  .check(
    z.regex(/^[\w+=,.@-]{2,64}$/, 'must be the name of an application: of its IAM role, without a path'),
  );
const sharedWithProblem = 'must be a list of 1–50 names of applications';

const claimName = text(256, 'must be the name of a claim, 1–256 characters');
const audience = text(256, 'must be 1–256 characters');
const oneOrMoreAudiences = 'must be one audience or a list of 1–50';
const algorithmsProblem = `must be a list of at least one of ${signatureAlgorithms.join(', ')}`;
const durationProblem = 'must be a whole number of seconds from 900 to 3600, the ceiling of role chaining';

const body = z.strictObject(
  {
    AccessRoleName: z.optional(roleName),
    AccessPrincipalRoleName: z.optional(roleName),
    SessionTagKey: tagKey,
    JWTClaimName: claimName,
    JWKSetURL: text(2048, 'must be 1–2048 characters'),
    Issuer: z.optional(text(2048, 'must be 1–2048 characters')),
    Audience: z.optional(z.union([audience, listOf(audience, 50, oneOrMoreAudiences)], oneOrMoreAudiences)),
    TokenUse: z.optional(z.enum(['id', 'access'], 'must be id or access')),
    Algorithms: z.optional(listOf(z.enum(signatureAlgorithms, algorithmsProblem), 20, algorithmsProblem)),
    SessionTags: z.optional(z.record(tagKey, claimName, 'must be an object of tag keys and claim names')),
    SessionTagValues: z.optional(z.enum(['Strict', 'Any'], 'must be Strict or Any')),
    SessionDurationSeconds: z.optional(
      z
        .number(durationProblem)
        .check(
          z.refine(
            (seconds) => Number.isInteger(seconds) && seconds >= 900 && seconds <= 3600,
            durationProblem,
          ),
        ),
    ),
    SharedWith: z.optional(listOf(applicationName, 50, sharedWithProblem)),
  },
  'must be a JSON object',
);

/** The registration as the API and the table show it: PascalCase, absent options left out. */
export type RegistrationDocument = Omit<z.infer<typeof body>, 'AccessPrincipalRoleName' | 'Audience'> & {
  readonly Audience?: string[];
};

/**
 * Reads a registration, from a request or from the table. Where a JWKSetURL may lead is the deployment's
 * to say: see jwks-url.ts.
 *
 * @throws BrokerError InvalidRequest, naming every field that is wrong
 */
export function parseRegistration(document: unknown): Registration {
  const parsed = body.safeParse(document, { reportInput: true });
  if (!parsed.success)
    throw invalid([...missingRoleName(document), ...parsed.error.issues.flatMap(describeIssue)]);
  const fields = parsed.data;

  const problems: string[] = [];
  const accessRoleName = fields.AccessRoleName ?? fields.AccessPrincipalRoleName;
  problems.push(...missingRoleName(fields));
  if (fields.AccessPrincipalRoleName !== undefined && fields.AccessPrincipalRoleName !== accessRoleName) {
    problems.push('AccessPrincipalRoleName: differs from AccessRoleName, whose other spelling it is');
  }
  problems.push(...findTagKeyProblems(fields.SessionTagKey, Object.keys(fields.SessionTags ?? {})));
  if (problems.length > 0) throw invalid(problems);

  return {
    accessRoleName: accessRoleName as string,
    sessionTagKey: fields.SessionTagKey,
    jwtClaimName: fields.JWTClaimName,
    jwksUrl: fields.JWKSetURL,
    ...(fields.Issuer !== undefined && { issuer: fields.Issuer }),
    ...(fields.Audience !== undefined && { audience: sortedSet([fields.Audience].flat()) }),
    ...(fields.TokenUse !== undefined && { tokenUse: fields.TokenUse }),
    ...(fields.Algorithms !== undefined && { algorithms: sortedSet(fields.Algorithms) }),
    sessionTags: Object.entries(fields.SessionTags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    sessionTagValues: fields.SessionTagValues ?? 'Strict',
    sessionDurationSeconds: fields.SessionDurationSeconds ?? 3600,
    ...(fields.SharedWith !== undefined && { sharedWith: sortedSet(fields.SharedWith) }),
  };
}

/** The registration on the wire and in the table, every default filled in. */
export function renderRegistration(registration: Registration): RegistrationDocument {
  return {
    AccessRoleName: registration.accessRoleName,
    SessionTagKey: registration.sessionTagKey,
    JWTClaimName: registration.jwtClaimName,
    JWKSetURL: registration.jwksUrl,
    ...(registration.issuer !== undefined && { Issuer: registration.issuer }),
    ...(registration.audience !== undefined && { Audience: [...registration.audience] }),
    ...(registration.tokenUse !== undefined && { TokenUse: registration.tokenUse }),
    ...(registration.algorithms !== undefined && { Algorithms: [...registration.algorithms] }),
    ...(registration.sessionTags.length > 0 && { SessionTags: Object.fromEntries(registration.sessionTags) }),
    SessionTagValues: registration.sessionTagValues,
    SessionDurationSeconds: registration.sessionDurationSeconds,
    ...(registration.sharedWith !== undefined && { SharedWith: [...registration.sharedWith] }),
  };
}

/** Either spelling will do, which the schema of the single fields cannot say. */
function missingRoleName(document: unknown): string[] {
  if (!isJsonObject(document)) return [];
  const { AccessRoleName, AccessPrincipalRoleName } = document as Record<string, unknown>;
  const isMissing = AccessRoleName === undefined && AccessPrincipalRoleName === undefined;
  return isMissing ? ['AccessRoleName: is required'] : [];
}

/** STS compares tag keys without regard to case, and takes 50 tags at most. */
function findTagKeyProblems(sessionTagKey: string, furtherKeys: readonly string[]): string[] {
  const problems: string[] = [];
  if (furtherKeys.length > 49)
    problems.push('SessionTags: STS takes 50 session tags at most, SessionTagKey among them');
  const seen = new Set([sessionTagKey.toLowerCase()]);
  for (const key of furtherKeys) {
    if (seen.has(key.toLowerCase()))
      problems.push(`SessionTags.${shownName(key)}: the same tag key twice (case does not count)`);
    seen.add(key.toLowerCase());
  }
  return problems;
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const field = issue.path.map((name) => shownName(String(name))).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${shownName(key)}: not a field of a registration`);
  }
  if (issue.code === 'invalid_key') return [`${field}: ${issue.issues[0]?.message ?? 'not an allowed key'}`];
  if (field === '') return [`the body ${issue.message}`];
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [`${field}: ${isMissing ? 'is required' : issue.message}`];
}

function invalid(problems: readonly string[]): BrokerError {
  const shown = problems.slice(0, 10);
  return new BrokerError('InvalidRequest', shown.join('; '));
}

function sortedSet<T extends string>(values: readonly T[]): T[] {
  return [...new Set(values)].sort();
}
