// The rules of data access: what a registration says of the sessions that ask for data, and how much of it they may ask for.
import * as z from 'zod/mini';
import { shownName } from '../errors.ts';
import { readScope } from '../s3-scope.ts';
import { listPlaceholders } from './target-template.ts';

export interface DataAccessRules {
  /**
   * `SessionTags`: the tenant is what policies and the target's template go by. `IdentityContext`: AWS knows the user, as IAM
   * Identity Center has them.
   */
  readonly accessMode: 'SessionTags' | 'IdentityContext';
  /** Absent: the application asks for no data. */
  readonly accessGrants?: AccessGrantsRules;
}

export interface AccessGrantsRules {
  /** `Minimal`: the target and no more. `Default`: all that the grant has. */
  readonly privilege: 'Minimal' | 'Default';
  /** What a target must lie in: see target-template.ts. */
  readonly targetTemplate?: string;
  /** 900–43,200. */
  readonly maxDurationSeconds: number;
}

const durationProblem = 'must be a whole number of seconds from 900 to 43200';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html */
export const dataAccessFields = {
  AccessMode: z.optional(
    z.enum(['SessionTags', 'IdentityContext'], 'must be SessionTags or IdentityContext'),
  ),
  AccessGrants: z.optional(
    z.strictObject(
      {
        Privilege: z.optional(z.enum(['Minimal', 'Default'], 'must be Minimal or Default')),
        TargetTemplate: z.optional(z.string('must be a string')),
        MaxDurationSeconds: z.optional(
          z
            .number(durationProblem)
            .check(
              z.refine(
                (seconds) => Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200,
                durationProblem,
              ),
            ),
        ),
      },
      'must be an object',
    ),
  ),
};

/** As the wire and the table have them. */
export interface DataAccessDocument {
  readonly AccessMode?: DataAccessRules['accessMode'] | undefined;
  readonly AccessGrants?:
    | {
        readonly Privilege?: AccessGrantsRules['privilege'] | undefined;
        readonly TargetTemplate?: string | undefined;
        readonly MaxDurationSeconds?: number | undefined;
      }
    | undefined;
}

/** Of fields whose forms are in order; `undefined` where they say nothing. */
export function dataAccessRulesOf({
  AccessMode,
  AccessGrants,
}: DataAccessDocument): DataAccessRules | undefined {
  const accessMode = AccessMode ?? 'SessionTags';
  if (AccessGrants === undefined) return accessMode === 'SessionTags' ? undefined : { accessMode };
  const { Privilege, TargetTemplate, MaxDurationSeconds } = AccessGrants;
  return {
    accessMode,
    accessGrants: {
      privilege: Privilege ?? 'Minimal',
      ...(TargetTemplate !== undefined && { targetTemplate: TargetTemplate }),
      maxDurationSeconds: MaxDurationSeconds ?? 3_600,
    },
  };
}

/** What IAM Identity Center verifies. */
export const identityAlgorithms = ['RS256'] as const;
/** The claims that an exchange needs, and that tell one user's sessions from another's. */
export const identityClaims = ['iss', 'sub', 'jti', 'email'] as const;

/** What the rules must go together with. */
interface Ruled {
  readonly dataAccess?: DataAccessRules;
  readonly sessionTagKey: string;
  readonly sessionTags: readonly { readonly key: string; readonly isOptional: boolean }[];
  readonly sessionTagValues: 'Strict' | 'Any';
  readonly issuers: readonly {
    readonly issuer?: string;
    readonly audience?: readonly string[];
    readonly algorithms?: readonly string[];
  }[];
}

/** What is wrong with the rules, each problem with the field that it concerns. */
export function findDataAccessProblems(
  registration: Ruled,
  { fieldOf }: { readonly fieldOf: (index: number, name: string) => string },
): string[] {
  const { accessMode, accessGrants } = registration.dataAccess ?? {};
  return [
    ...(accessMode === 'IdentityContext' ? findIdentityProblems(registration, fieldOf) : []),
    ...(accessGrants === undefined ? [] : findGrantsProblems(accessMode, accessGrants, registration)),
  ];
}

/** What IAM Identity Center verifies once more. https://docs.aws.amazon.com/singlesignon/latest/userguide/trusted-token-issuer-configuration-settings.html */
function findIdentityProblems(
  { issuers }: Ruled,
  fieldOf: (index: number, name: string) => string,
): string[] {
  return issuers.flatMap(({ issuer, audience, algorithms }, index) => [
    ...(issuer === undefined
      ? [`${fieldOf(index, 'Issuer')}: is required with AccessMode IdentityContext`]
      : []),
    ...(audience === undefined
      ? [`${fieldOf(index, 'Audience')}: is required with AccessMode IdentityContext`]
      : []),
    ...(algorithms === undefined || algorithms.join() === 'RS256'
      ? []
      : [
          `${fieldOf(index, 'Algorithms')}: must be RS256 alone with AccessMode IdentityContext, or be left out`,
        ]),
  ]);
}

function findGrantsProblems(
  accessMode: DataAccessRules['accessMode'] | undefined,
  { privilege, targetTemplate }: AccessGrantsRules,
  registration: Ruled,
): string[] {
  if (targetTemplate === undefined) {
    return accessMode === 'IdentityContext'
      ? []
      : [
          'AccessGrants.TargetTemplate: is required with AccessMode SessionTags: no grant knows one tenant from another',
        ];
  }
  return [
    ...(privilege === 'Minimal'
      ? []
      : [
          'AccessGrants.Privilege: must be Minimal with a TargetTemplate: what a grant has may lie outside of it',
        ]),
    ...(registration.sessionTagValues === 'Strict'
      ? []
      : ['AccessGrants.TargetTemplate: takes values of SessionTagValues Strict alone']),
    ...findTemplateProblems(targetTemplate, accessMode, registration).map(
      (problem) => `AccessGrants.TargetTemplate: ${problem}`,
    ),
  ];
}

function findTemplateProblems(
  template: string,
  accessMode: DataAccessRules['accessMode'] | undefined,
  { sessionTagKey, sessionTags }: Ruled,
): string[] {
  const placeholders = listPlaceholders(template);
  if ('problem' in placeholders) return [placeholders.problem];
  const { keys } = placeholders;
  const tagKeys = [
    sessionTagKey,
    ...sessionTags.filter(({ isOptional }) => !isOptional).map(({ key }) => key),
  ];
  const unknown = keys.filter((key) => !tagKeys.includes(key));
  // Every placeholder as some value: what stands around it must be a scope.
  const scope = readScope(template.replace(/\{[^{}]*\}/g, 'x'));
  return [
    ...('problem' in scope ? [scope.problem] : []),
    ...(template.endsWith('/*') ? [] : ['must end in /*']),
    ...unknown.map((key) => `{${shownName(key)}} is not the key of a session tag that every session has`),
    ...(accessMode === 'IdentityContext' || keys.includes(sessionTagKey)
      ? []
      : [`must have {${sessionTagKey}}: without it all tenants would share what it has`]),
  ];
}
