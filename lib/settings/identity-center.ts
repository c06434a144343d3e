// IAM Identity Center of an environment: the settings' names, bounds and defaults.
import { z } from 'zod';
import { instanceArn, roleArn } from './access-grants-bounds.ts';
import { parsedUrl } from './parsed-url.ts';
import { regionCodeProblem } from './regions.ts';
import { isLoopbackUrl } from './saml-metadata.ts';
import { listOf, matching, sound, trueOrFalse } from './setting-types.ts';

/** Of a grant: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AuthorizedTokenIssuer.html */
const MOST_AUDIENCES = 10;
const MOST_NAMES = 400;

const ISSUER = 'the https URL of an issuer, without query and fragment';
/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_OidcJwtConfiguration.html */
const issuerUrl = /^https?:\/\/[-a-zA-Z0-9+&/%=~_|!:,.;]{0,503}[-a-zA-Z0-9+&/%=~_|]$/;
const issuerProblem = (url: string) => {
  const isAllowed = url.startsWith('https://') || isLoopbackUrl(`${url}/`);
  return issuerUrl.test(url) && isAllowed && parsedUrl(url) ? undefined : `must be ${ISSUER}`;
};
const claimPath = /^(?=.{1,255}$)\p{L}+((\.|_)\p{L}+){0,2}$/u;
const attributePath = /^(?=.{1,255}$)\p{L}+(\.\p{L}+){0,2}$/u;

const issuer = z.strictObject(
  {
    url: sound(issuerProblem, ISSUER),
    claim: matching(
      claimPath,
      'the name of a claim: letters, and a . or _ between them twice at most, which custom:… has not',
    ).default('email'),
    attribute: matching(attributePath, 'the path of a user’s attribute, as emails.value').default(
      'emails.value',
    ),
  },
  'must have url, and may have claim and attribute',
);

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html */
const text = /^[\p{L}\p{M}\p{S}\p{N}\p{P} ]{1,255}$/u;
const userName = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

const user = z.strictObject(
  {
    email: matching(/^[^\s@]{1,128}@[^\s@]{1,255}$/, 'an e-mail address'),
    givenName: matching(text, 'a name'),
    familyName: matching(text, 'a name'),
    /** Default: given name and family name. */
    displayName: matching(text, 'a name').optional(),
  },
  'must have email, givenName and familyName, and may have displayName',
);

const names = (of: string) => listOf(z.string(`must be the name of a ${of}`), `names of ${of}s`, MOST_NAMES);
const assignments = z.strictObject(
  { users: names('user'), groups: names('group') },
  'must have users or groups, each a list',
);

/** What each setting does: docs/data-access.md. */
export const identityCenter = z
  .strictObject(
    {
      account: matching(/^\d{12}$/, 'an account id of 12 digits, as a string').optional(),
      region: sound(regionCodeProblem, 'the code of a region, as eu-west-1').optional(),
      /** Default: the stack makes an instance of the account's own. */
      instanceArn: matching(instanceArn, 'the ARN of an instance of IAM Identity Center').optional(),
      identityStoreId: matching(/^d-[0-9a-f]{10}$/, 'the id of an identity store, d-…').optional(),
      issuer,
      audiences: listOf(matching(/^\S{1,512}$/, 'an audience of tokens'), 'audiences', MOST_AUDIENCES).refine(
        (audiences) => audiences.length > 0,
        { error: 'must name an audience at least' },
      ),
      /** Who exchanges tokens. Default: the broker's service role. */
      actorRoles: listOf(matching(roleArn, 'the ARN of a role'), 'ARNs of roles', 20),
      users: z
        .record(
          matching(userName, 'the name of a user, without spaces'),
          user,
          'must be users by name, of 1–128 characters without spaces',
        )
        .default({}),
      /** Members by group, of `users`. */
      groups: z
        .record(
          matching(text, 'the name of a group'),
          names('user'),
          'must be lists of users by the name of a group, of 1–255 characters',
        )
        .default({}),
      /** To whom the application is assigned; names of these settings, or ids of the directory. */
      assignments: assignments.prefault({}),
      everyone: trueOrFalse().default(false),
    },
    'must have issuer and audiences',
  )
  .refine(
    ({ instanceArn, identityStoreId }) => (instanceArn === undefined) === (identityStoreId === undefined),
    {
      error: 'must have instanceArn and identityStoreId both, or neither: then the stack makes an instance',
    },
  );

export type IdentityCenterSettings = z.output<typeof identityCenter>;

/** What may stand at a path below `identityCenter`. */
export function identityCenterSettingNames([first]: readonly PropertyKey[]): string[] {
  if (first === 'issuer') return Object.keys(issuer.shape);
  if (first === 'users') return Object.keys(user.shape);
  return Object.keys(first === 'assignments' ? assignments.shape : identityCenter.shape);
}
