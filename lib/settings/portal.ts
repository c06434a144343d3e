// The portal of an environment: its settings' names, bounds and defaults.
import { z } from 'zod';
import { portalDefaults } from '../../service/portal/environment.ts';
import { parsedUrl } from './parsed-url.ts';
import {
  groupName,
  MOST_GROUPS,
  MOST_TARGETS,
  targetRoleProblem,
  targetServiceProblem,
  urlPrefix,
} from './portal-bounds.ts';
import { checkSamlMetadata, isLoopbackUrl } from './saml-metadata.ts';
import { listOf, matching, sound, trueOrFalse, wholeNumber } from './setting-types.ts';

const MOST_SCOPES = 20;
/** Role chaining: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const LONGEST_CHAINED_SECONDS = 3_600;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html */
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;
/** Tags that the portal sets itself. */
const ownTags = ['user', 'group'];

const claim = (what: string) => matching(/^\S.{0,255}$/, `the name of ${what}`);

const saml = z.strictObject(
  {
    metadata: z.string('must be the path of a file, or an https URL').superRefine(checkSamlMetadata),
    groupsAttribute: claim('an attribute').optional(),
    tenantAttribute: claim('an attribute').optional(),
  },
  'must have metadata, and may have groupsAttribute and tenantAttribute',
);

const ISSUER = 'the https URL of the issuer, without query and fragment';
/** RFC 6749, section 3.3. */
const scope = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/;
/** A URL as it is compared, character for character: OpenID Connect Discovery 1.0, section 3. */
const issuerProblem = (url: string) => {
  const isAllowed = /^https:\/\/[^\s?#@]+$/.test(url) || (isLoopbackUrl(url) && !/[\s?#@]/.test(url));
  return isAllowed && parsedUrl(url) ? undefined : `must be ${ISSUER}`;
};

const oidc = z.strictObject(
  {
    issuer: sound(issuerProblem, ISSUER),
    clientId: matching(/^\S{1,255}$/, 'a client id'),
    groupsClaim: claim('a claim').optional(),
    userClaim: claim('a claim').optional(),
    tenantClaim: claim('a claim').optional(),
    clientAuthentication: z
      .enum(['private_key_jwt', 'none'], 'must be private_key_jwt or none')
      .default('private_key_jwt'),
    assertionAudience: z
      .enum(['issuer', 'token_endpoint'], 'must be issuer or token_endpoint')
      .default('issuer'),
    scopes: listOf(matching(scope, 'the name of a scope'), 'names of scopes', MOST_SCOPES).prefault([
      'profile',
      'email',
    ]),
  },
  'must have issuer and clientId',
);

const identityProvider = z
  .strictObject({ saml: saml.optional(), oidc: oidc.optional() }, 'must have saml or oidc')
  .refine((given) => Object.values(given).filter((method) => method !== undefined).length === 1, {
    error: 'must have saml or oidc, and not both',
  });

const target = z
  .strictObject(
    {
      service: sound(targetServiceProblem, 'a name'),
      role: sound(targetRoleProblem, 'the ARN of a role'),
      duration: wholeNumber(900, 43_200).default(3_600),
      groups: listOf(matching(groupName, 'the name of a group'), 'names of groups', MOST_GROUPS),
      everyone: trueOrFalse().default(false),
      mode: z.enum(['web-identity', 'chained'], 'must be web-identity or chained').default('web-identity'),
    },
    'must have service, role, and groups or everyone: true',
  )
  .superRefine(({ duration, groups, everyone, mode }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!everyone && groups.length === 0)
      refuse('groups', 'must name a group; where whoever can sign in may open it, say everyone: true');
    if (everyone && groups.length > 0)
      refuse('everyone', 'must not be true of a target that has groups: it is one or the other');
    if (mode === 'chained' && duration > LONGEST_CHAINED_SECONDS)
      refuse(
        'duration',
        `must be at most ${LONGEST_CHAINED_SECONDS} of a chained target: AWS ends what one role gets of another after an hour; web-identity lasts up to twelve`,
      );
  });

const targets = z
  .array(target, 'must be a list of targets')
  .min(1, 'must have a target at least')
  .max(MOST_TARGETS, `must have at most ${MOST_TARGETS} targets`)
  .superRefine((all, context) => {
    const first = new Map<string, number>();
    for (const [index, { service }] of all.entries()) {
      const before = first.get(service);
      if (before === undefined) first.set(service, index);
      else
        context.addIssue({
          code: 'custom',
          path: [index, 'service'],
          message: `must not be that of targets.${before}: each has an address of its own`,
        });
    }
  });

/** What each setting does: docs/portal.md. */
export const portal = z.strictObject(
  {
    urlPrefix: matching(urlPrefix, 'empty, or a path as /aws, without a slash at its end').default(''),
    identityProvider,
    sessionSeconds: wholeNumber(900, 43_200).default(portalDefaults.sessionSeconds),
    tenantTagKey: matching(tagKey, 'the key of a session tag, which does not begin with aws:')
      .refine((key) => !ownTags.includes(key.toLowerCase()), {
        error: 'must not be User or Group: these are the portal’s own tags',
      })
      .default(portalDefaults.tenantTagKey),
    targets,
  },
  'must have identityProvider and targets',
);

export type PortalSettings = z.output<typeof portal>;

/** What may stand at a path below `portal`. */
export function portalSettingNames([first, second]: readonly PropertyKey[]): string[] {
  if (first === 'targets') return Object.keys(target.shape);
  if (first !== 'identityProvider') return Object.keys(portal.shape);
  if (second === 'saml') return Object.keys(saml.shape);
  return Object.keys(second === 'oidc' ? oidc.shape : identityProvider.shape);
}
