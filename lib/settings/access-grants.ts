// S3 Access Grants of an environment: the settings' names, bounds and defaults.
import { z } from 'zod';
import {
  applicationArn,
  bucketName,
  directoryId,
  instanceArn,
  locationProblem,
  MOST_GRANTS,
  MOST_LOCATIONS,
  roleArn,
  roleName,
  scopeProblem,
} from './access-grants-bounds.ts';
import { regionCodeProblem } from './regions.ts';
import { listOf, matching, sound } from './setting-types.ts';

const SCOPE = 'a scope, as s3://bucket/folder/*';
const grantees = ['role', 'directoryUser', 'directoryGroup'] as const;

const grant = z
  .strictObject(
    {
      scope: sound(scopeProblem, SCOPE),
      permission: z.enum(['READ', 'WRITE', 'READWRITE'], 'must be READ, WRITE or READWRITE'),
      /** One of `roles`, or the ARN of another. */
      role: z.string('must be the name of a role, or its ARN').optional(),
      /** One of `identityCenter.users`, or the id of another. */
      directoryUser: z.string('must be the name of a user, or its id').optional(),
      directoryGroup: z.string('must be the name of a group, or its id').optional(),
      application: matching(applicationArn, 'the ARN of an application of IAM Identity Center').optional(),
    },
    'must have scope, permission, and role, directoryUser or directoryGroup',
  )
  .refine((given) => grantees.filter((name) => given[name] !== undefined).length === 1, {
    error: 'must have one of role, directoryUser and directoryGroup',
  });

const buckets = listOf(
  matching(bucketName, 'the name of a bucket: 3–63 lower-case letters, digits and . -'),
  'names of buckets',
  MOST_LOCATIONS,
);

/** What each setting does: docs/data-access.md. */
export const accessGrants = z.strictObject(
  {
    account: matching(/^\d{12}$/, 'an account id of 12 digits, as a string').optional(),
    region: sound(regionCodeProblem, 'the code of a region, as eu-west-1').optional(),
    /** Made by the stack. */
    buckets,
    /** In the same account and region, and left alone. */
    existingBuckets: buckets,
    /** Default: that of `identityCenter`, where the environment has one. */
    identityCenterArn: matching(instanceArn, 'the ARN of an instance of IAM Identity Center').optional(),
    /** Default: every bucket, one by one. */
    locations: listOf(sound(locationProblem, 'a location, as s3://bucket/'), 'locations', MOST_LOCATIONS),
    /** Made by the stack; they may ask for data, and do nothing else. */
    roles: listOf(matching(roleName, 'the name of an IAM role, without its path'), 'names of IAM roles', 200),
    grants: listOf(grant, 'grants', MOST_GRANTS),
  },
  'must be settings by their names',
);

export type AccessGrantsSettings = z.output<typeof accessGrants>;
export type GrantSettings = z.output<typeof grant>;

/** Whom a setting names: by an id or ARN of AWS's, or by a name of these settings. */
export function isNamed({ role = '', directoryUser, directoryGroup }: GrantSettings): boolean {
  const given = directoryUser ?? directoryGroup;
  return given === undefined ? !roleArn.test(role) : !directoryId.test(given);
}

/** What may stand at a path below `accessGrants`. */
export function accessGrantsSettingNames([first]: readonly PropertyKey[]): string[] {
  return Object.keys(first === 'grants' ? grant.shape : accessGrants.shape);
}
