// The registration: what an application says of itself, and its bounds. Loaded by parser.ts, when a registration is read.
import * as z from 'zod/mini';
import { isJsonObject } from '../json.ts';
import { claimForms } from '../tokens/claim-forms.ts';
import type { TokenRules } from '../tokens/token-rules.ts';
import {
  type DataAccessRules,
  dataAccessFields,
  dataAccessRulesOf,
  findDataAccessProblems,
  identityAlgorithms,
  identityClaims,
} from './data-access-rules.ts';
import { describeIssue, fieldOfIssuer, invalid, namesPrototype } from './problems.ts';
import { claimReference, listOf, sortedSet } from './schema.ts';
import { findTagKeyProblems, tagKey } from './tag-keys.ts';
import { findIssuerProblems, issuerFields, issuerList, issuerOf } from './trusted-issuer.ts';

export interface Registration extends TokenRules {
  /** Name of the access role, with its path before it where it has one (`team/AppAccess`). */
  readonly accessRoleName: string;
  readonly sessionTagKey: string;
  /** By its reference: see claim-reference.ts. Absent only where every issuer has a session tag value of its own. */
  readonly jwtClaimName?: string;
  /** Whether the issuers were registered as `Issuers`; otherwise there is one, in the fields of the registration itself. */
  readonly listsIssuers: boolean;
  /** Further session tags, sorted by key. */
  readonly sessionTags: readonly FurtherTag[];
  readonly sessionTagValues: 'Strict' | 'Any';
  /** Keys of the session tags that sessions chained from this one inherit, sorted; all where absent. */
  readonly transitiveTagKeys?: readonly string[];
  /** Reference of the claim that becomes the SourceIdentity; none where absent. */
  readonly sourceIdentityClaim?: string;
  /** Reference of the claim that becomes the RoleSessionName; the session tag's value where absent. */
  readonly sessionNameClaim?: string;
  /** 900–3,600. */
  readonly sessionDurationSeconds: number;
  /** Applications that may register the access role too, sorted; none where absent. */
  readonly sharedWith?: readonly string[];
  /** Absent: session tags, and nothing else. */
  readonly dataAccess?: DataAccessRules;
}

/** A further session tag, and the claim that it takes its value from, by its reference. */
export interface FurtherTag {
  readonly key: string;
  readonly claim: string;
  /** Whether a token without the claim gets a session without the tag. */
  readonly isOptional: boolean;
}

const roleName = z
  .string('must be a string')
  .check(
    z.regex(
      /^(?=.{1,512}$)(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
      'must be the name of an IAM role of this account, with its path before it where it has one, and no ARN',
    ),
  );

/** As a role's name becomes an application's: see caller.ts. */
const applicationName = z
  .string('must be a string')
  .check(
    z.regex(/^[\w+=,.@-]{2,64}$/, 'must be the name of an application: of its IAM role, without a path'),
  );
const sharedWithProblem = 'must be a list of 1–50 names of applications';

const furtherTag = z.strictObject({
  Claim: claimReference,
  Optional: z.optional(z.boolean('must be true or false')),
});
const claimFormsProblem = `must be a list of at least one of ${claimForms.join(', ')}`;
const transitiveProblem = 'must be a list of keys among the session tags, or an empty one';
const durationProblem = 'must be a whole number of seconds from 900 to 3600, the ceiling of role chaining';

/** Each field by itself; docs/openapi.json is generated from it. */
export const registrationFields = z.strictObject(
  {
    AccessRoleName: z.optional(roleName),
    AccessPrincipalRoleName: z.optional(roleName),
    SessionTagKey: tagKey,
    JWTClaimName: z.optional(claimReference),
    ...issuerFields,
    JWKSetURL: z.optional(issuerFields.JWKSetURL),
    Issuers: z.optional(issuerList),
    SessionTags: z.optional(
      z.record(
        tagKey,
        z.union([claimReference, furtherTag]),
        'must be an object of tag keys and claim names',
      ),
    ),
    SessionTagValues: z.optional(z.enum(['Strict', 'Any'], 'must be Strict or Any')),
    ClaimForms: z.optional(listOf(z.enum(claimForms, claimFormsProblem), 10, claimFormsProblem)),
    TransitiveTagKeys: z.optional(listOf(tagKey, 50, transitiveProblem, () => true)),
    SourceIdentityClaim: z.optional(claimReference),
    SessionNameClaim: z.optional(claimReference),
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
    ...dataAccessFields,
  },
  'must be a JSON object',
);

type Fields = z.infer<typeof registrationFields>;

/** The registration as the API and the table show it: PascalCase, absent options left out. */
export type RegistrationDocument = Omit<Fields, 'AccessPrincipalRoleName' | 'Audience'> & {
  readonly Audience?: string[];
};

/**
 * Reads a registration, from a request or from the table. Where a JWKSetURL may lead is the deployment's
 * to say: see jwks-url.ts.
 *
 * @throws BrokerError InvalidRequest, naming every field that is wrong
 */
export function parseRegistration(document: unknown): Registration {
  // The schema passes such a name over, and with it what the registration asks for: a claim that is required, say.
  if (namesPrototype(document)) throw invalid(['__proto__: can be the name of nothing in a registration']);
  const parsed = registrationFields.safeParse(document, { reportInput: true });
  if (!parsed.success) {
    throw invalid(inOrder([...findMissing(document), ...parsed.error.issues.flatMap(describeIssue)]));
  }
  const fields = parsed.data;
  const registration = registrationOf(fields);
  const problems = [
    ...findMissing(fields),
    ...findContradictions(fields),
    ...findTagKeyProblems(registration, Object.keys(fields.SessionTags ?? {})),
    ...findIssuerProblems(registration.issuers, {
      jwtClaimName: registration.jwtClaimName,
      sessionTagValues: registration.sessionTagValues,
      fieldOf: (index, name) => fieldOfIssuer(registration, index, name),
    }),
    ...findDataAccessProblems(registration, {
      fieldOf: (index, name) => fieldOfIssuer(registration, index, name),
    }),
  ];
  if (problems.length > 0) throw invalid(problems);
  return registration;
}

/** Of fields whose forms are in order; whether they go together is another question. */
function registrationOf(fields: Fields): Registration {
  const { JWKSetURL = '', Issuers: listed } = fields;
  const dataAccess = dataAccessRulesOf(fields);
  const isIdentity = dataAccess?.accessMode === 'IdentityContext';
  const issuers = (listed ?? [{ ...fields, JWKSetURL }])
    .map(issuerOf)
    .map((issuer) => (isIdentity ? { algorithms: identityAlgorithms, ...issuer } : issuer));
  const sessionTags = Object.entries(fields.SessionTags ?? {})
    .map(([key, claim]) =>
      typeof claim === 'string'
        ? { key, claim, isOptional: false }
        : { key, claim: claim.Claim, isOptional: claim.Optional ?? false },
    )
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const { JWTClaimName, SourceIdentityClaim, SessionNameClaim } = fields;
  const named = [
    JWTClaimName,
    ...sessionTags.map(({ claim }) => claim),
    SourceIdentityClaim,
    SessionNameClaim,
    ...(isIdentity ? identityClaims : []),
  ];
  return {
    accessRoleName: (fields.AccessRoleName ?? fields.AccessPrincipalRoleName) as string,
    sessionTagKey: fields.SessionTagKey,
    ...(JWTClaimName !== undefined && { jwtClaimName: JWTClaimName }),
    listsIssuers: listed !== undefined,
    issuers,
    sessionTags,
    sessionTagValues: fields.SessionTagValues ?? 'Strict',
    claimForms: sortedSet(fields.ClaimForms ?? []),
    keptClaims: [...new Set(named.filter((claim) => claim !== undefined))],
    ...(fields.TransitiveTagKeys !== undefined && { transitiveTagKeys: sortedSet(fields.TransitiveTagKeys) }),
    ...(SourceIdentityClaim !== undefined && { sourceIdentityClaim: SourceIdentityClaim }),
    ...(SessionNameClaim !== undefined && { sessionNameClaim: SessionNameClaim }),
    sessionDurationSeconds: fields.SessionDurationSeconds ?? 3600,
    ...(fields.SharedWith !== undefined && { sharedWith: sortedSet(fields.SharedWith) }),
    ...(dataAccess !== undefined && { dataAccess }),
  };
}

/** What the schema of the single fields cannot say: of two of them, one must be there. */
function findMissing(document: unknown): string[] {
  if (!isJsonObject(document)) return [];
  const has = (...names: string[]) => names.some((name) => document[name] !== undefined);
  const { Issuers } = document;
  const isBound =
    Array.isArray(Issuers) && Issuers.every((issuer) => Object(issuer).SessionTagValue !== undefined);
  return [
    ...(has('AccessRoleName', 'AccessPrincipalRoleName') ? [] : ['AccessRoleName: is required']),
    ...(has('JWTClaimName') || isBound ? [] : ['JWTClaimName: is required']),
    ...(has('JWKSetURL', 'Issuers') ? [] : ['JWKSetURL: is required']),
  ];
}

/** What is said twice, and differently. */
function findContradictions(fields: Fields): string[] {
  const { AccessRoleName, AccessPrincipalRoleName, Issuers } = fields;
  const problems: string[] = [];
  if (
    AccessRoleName !== undefined &&
    AccessPrincipalRoleName !== undefined &&
    AccessPrincipalRoleName !== AccessRoleName
  ) {
    problems.push('AccessPrincipalRoleName: differs from AccessRoleName, whose other spelling it is');
  }
  if (Issuers === undefined) return problems;
  const beside = Object.keys(issuerFields).filter((name) => fields[name as keyof Fields] !== undefined);
  return [
    ...problems,
    ...beside.map((name) => `${name}: stands within each of the Issuers, where there are any`),
  ];
}

/** In the order of the fields; what concerns none of them comes last. */
function inOrder(problems: readonly string[]): string[] {
  const fields = Object.keys(registrationFields.def.shape);
  const rankOf = (problem: string) =>
    (fields.indexOf(/^\w+/.exec(problem)?.[0] ?? '') + fields.length + 1) % (fields.length + 1);
  return [...problems].sort((one, other) => rankOf(one) - rankOf(other));
}
