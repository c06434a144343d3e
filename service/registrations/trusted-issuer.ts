// The trusted issuer: whose tokens an application accepts, where its keys are, and what such a token must say.
import * as z from 'zod/mini';
import { findValueProblem, type SessionTagValues } from '../session-tag-value.ts';
import { findTemplateProblem, shapeOf } from '../tokens/issuer-template.ts';
import type { RequiredValue } from '../tokens/required-claims.ts';
import { signatureAlgorithms } from '../tokens/signature-algorithms.ts';
import type { IssuerRules } from '../tokens/token-rules.ts';
import { claimReference, listOf, sortedSet, text } from './schema.ts';

/** Most issuers of one application. */
export const MAX_ISSUERS = 100;

const audience = text(256, 'must be 1–256 characters');
const oneOrMoreAudiences = 'must be one audience or a list of 1–50';
const algorithmsProblem = `must be a list of at least one of ${signatureAlgorithms.join(', ')}`;
const requiredClaimsProblem = 'must be an object of 1–50 claims, each with the values that it may have';
const requiredValuesProblem = 'must be a string, a whole number, true or false, or a list of 1–50 of them';
const requiredValue = z.union(
  [text(256, requiredValuesProblem), z.int(requiredValuesProblem), z.boolean()],
  requiredValuesProblem,
);

/** The fields of an issuer, which are the registration's own where it has but one. */
export const issuerFields = {
  JWKSetURL: text(2048, 'must be 1–2048 characters'),
  Issuer: z.optional(text(2048, 'must be 1–2048 characters')),
  Audience: z.optional(z.union([audience, listOf(audience, 50, oneOrMoreAudiences)], oneOrMoreAudiences)),
  TokenUse: z.optional(z.enum(['id', 'access'], 'must be id or access')),
  Algorithms: z.optional(listOf(z.enum(signatureAlgorithms, algorithmsProblem), 22, algorithmsProblem)),
  RequiredClaims: z.optional(
    z
      .record(
        claimReference,
        z.union([requiredValue, listOf(requiredValue, 50, requiredValuesProblem)], requiredValuesProblem),
        requiredClaimsProblem,
      )
      .check(
        z.refine((claims) => {
          const { length } = Object.keys(claims);
          return length >= 1 && length <= 50;
        }, requiredClaimsProblem),
      ),
  ),
};

const listedIssuer = z.strictObject(
  {
    ...issuerFields,
    Issuer: text(2048, 'must be 1–2048 characters'),
    SessionTagValue: z.optional(text(256, 'must be 1–256 characters')),
  },
  'must be an object',
);
const issuersProblem = `must be a list of 1–${MAX_ISSUERS} issuers`;

/** Of an application whose tokens come from several issuers. */
export const issuerList = listOf(listedIssuer, MAX_ISSUERS, issuersProblem);

/** An issuer on the wire and in the table. */
export interface IssuerDocument {
  readonly JWKSetURL: string;
  readonly Issuer?: string | undefined;
  readonly Audience?: string | string[] | undefined;
  readonly TokenUse?: 'id' | 'access' | undefined;
  readonly Algorithms?: IssuerRules['algorithms'] | undefined;
  readonly RequiredClaims?: Readonly<Record<string, RequiredValue | readonly RequiredValue[]>> | undefined;
  readonly SessionTagValue?: string | undefined;
}

/** Reads the fields of an issuer that the schema has let pass. */
export function issuerOf(fields: IssuerDocument): IssuerRules {
  const { RequiredClaims = {} } = fields;
  return {
    jwksUrl: fields.JWKSetURL,
    ...(fields.Issuer !== undefined && { issuer: fields.Issuer }),
    ...(fields.Audience !== undefined && { audience: sortedSet([fields.Audience].flat()) }),
    ...(fields.TokenUse !== undefined && { tokenUse: fields.TokenUse }),
    ...(fields.Algorithms !== undefined && { algorithms: sortedSet([...fields.Algorithms]) }),
    requiredClaims: Object.entries(RequiredClaims)
      .map(([claim, values]) => [claim, sortedValues([values].flat() as RequiredValue[])] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
    ...(fields.SessionTagValue !== undefined && { sessionTagValue: fields.SessionTagValue }),
  };
}

/** What is wrong with the issuers of a registration, each problem with the field that it concerns. */
export function findIssuerProblems(
  issuers: readonly IssuerRules[],
  { jwtClaimName, sessionTagValues, fieldOf }: IssuersContext,
): string[] {
  const problems: string[] = [];
  const shapes = new Set<string>();
  for (const [index, { issuer, requiredClaims, sessionTagValue }] of issuers.entries()) {
    const field = (name: string) => fieldOf(index, name);
    const tenantClaim = sessionTagValue === undefined && jwtClaimName !== undefined ? [jwtClaimName] : [];
    const bound = [...tenantClaim, ...requiredClaims.map(([claim]) => claim)];
    const templateProblem = issuer === undefined ? undefined : findTemplateProblem(issuer, bound);
    if (templateProblem) problems.push(`${field('Issuer')}: ${templateProblem}`);
    if (issuer !== undefined && shapes.has(shapeOf(issuer)))
      problems.push(`${field('Issuer')}: stands in the list twice`);
    shapes.add(shapeOf(issuer ?? ''));
    const valueProblem =
      sessionTagValue === undefined ? undefined : findValueProblem(sessionTagValue, sessionTagValues);
    if (valueProblem) problems.push(`${field('SessionTagValue')}: ${valueProblem}`);
  }
  return problems;
}

interface IssuersContext {
  readonly jwtClaimName: string | undefined;
  readonly sessionTagValues: SessionTagValues;
  /** How a field of the issuer at an index is called. */
  readonly fieldOf: (index: number, name: string) => string;
}

/** By type, then by value: `1` and `"1"` are two. */
function sortedValues(values: readonly RequiredValue[]): RequiredValue[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}
