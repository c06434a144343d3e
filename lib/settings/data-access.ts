// Data access of the broker: its settings' names, bounds and defaults.
import { z } from 'zod';
import { dataAccessDefaults } from '../../service/data-access-broker/environment.ts';
import { applicationArn } from './access-grants-bounds.ts';
import { matching, wholeNumber } from './setting-types.ts';

/** Each takes up some 110 of the bytes that a function's variables have. */
const MOST_APPLICATIONS = 20;

const applicationName = /^[\w+=,.@-]{2,64}$/;

export const dataAccess = z.strictObject(
  {
    /** Default: that of the environment. */
    accessGrantsAccount: matching(/^\d{12}$/, 'an account id of 12 digits, as a string').optional(),
    identityCenterApplications: z
      .record(
        z.string(),
        matching(applicationArn, 'the ARN of an application in IAM Identity Center'),
        'must be ARNs of applications in IAM Identity Center, by names of applications',
      )
      .refine(
        (applications) => Object.keys(applications).every((name) => applicationName.test(name)),
        'must name applications as their IAM roles are named, without a path',
      )
      .refine(
        (applications) => Object.keys(applications).length <= MOST_APPLICATIONS,
        `must have at most ${MOST_APPLICATIONS} applications`,
      )
      .default({}),
    grantCacheSeconds: wholeNumber(0, 3_600).default(dataAccessDefaults.grantCacheSeconds),
  },
  'must be an object',
);

export type DataAccessSettings = z.output<typeof dataAccess>;
