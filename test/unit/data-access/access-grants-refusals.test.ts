// The refusals of S3 Access Grants: what each means, and what of it is shown to whom.
import { describe, expect, it } from 'vitest';
import { grantsRefusalOf } from '../../../service/data-access/access-grants-refusals.ts';
import { describeCause } from '../../../service/errors.ts';
import { refusalIn } from '../../support/errors-shown.ts';

const unavailable = ['AccessGrantsUnavailable', 'S3 Access Grants cannot be asked at the moment'];
const misconfigured = (what: string) => [
  'LocationMisconfigured',
  `S3 Access Grants is not set up for it: ${what}`,
];
const trust = misconfigured(
  'it cannot assume the role of the location: its trust policy must let access-grants.s3.amazonaws.com in, with the user’s identity ' +
    'where there is one',
);
const invalid = ['TargetInvalid', 'S3 Access Grants refuses the target as it is written'];
const mayNotAsk = (action: string) => [
  'GrantDenied',
  `the access role may not ask: its policy must allow ${action} on the instance of S3 Access Grants`,
];
const noGrant = 'You do not have READ permissions to the requested S3 Prefix: s3://bucket/a*';
const notAuthorized = (action: string, how = 'because no identity-based policy allows it') =>
  `User: arn:aws:sts::111122223333:assumed-role/AppAccess/Yellow is not authorized to perform: ${action} on resource: "arn" ${how}`;

const cases: [number, string, string, string | undefined, string[]][] = [
  [403, 'AccessDenied', noGrant, 'READ', ['GrantDenied', 'no grant gives READ to the target']],
  [403, 'AccessDeniedError', noGrant, 'WRITE', ['GrantDenied', 'no grant gives WRITE to the target']],
  [403, 'AccessDenied', '', 'READ', ['GrantDenied', 'no grant gives READ to the target']],
  [403, 'AccessDenied', notAuthorized('s3:GetDataAccess'), 'READ', mayNotAsk('s3:GetDataAccess')],
  [
    403,
    'AccessDenied',
    notAuthorized('s3:GetDataAccess', 'with an explicit deny'),
    'READ',
    mayNotAsk('s3:GetDataAccess'),
  ],
  [
    403,
    'AccessDenied',
    notAuthorized('s3:ListCallerAccessGrants'),
    undefined,
    mayNotAsk('s3:ListCallerAccessGrants'),
  ],
  [403, 'AccessDenied', 'Access Denied', undefined, mayNotAsk('s3:ListCallerAccessGrants')],
  [403, 'StsNotAuthorizedError', 'x', 'READ', trust],
  [403, 'StsNotAuthorized', 'x', 'READ', trust],
  [
    400,
    'StsValidationError',
    'x',
    'READ',
    misconfigured(
      'STS refuses the session of the location’s role: check the duration that was asked for against the role’s maximum session duration',
    ),
  ],
  [
    400,
    'StsPackedPolicyTooLargeError',
    'x',
    'READ',
    ['TargetInvalid', 'the target is too long for the session policy of a grant'],
  ],
  [
    404,
    'AccessGrantsInstanceNotExistsError',
    'x',
    'READ',
    misconfigured('there is no instance in the account and region'),
  ],
  [400, 'InvalidRequest', 'x', 'READ', invalid],
  [400, 'InvalidArgument', 'x', 'READ', invalid],
  [400, 'InvalidTarget', 'x', 'READ', invalid],
  [400, 'InvalidToken', 'x', 'READ', unavailable],
  [403, 'InvalidRequest', 'x', 'READ', unavailable],
  [403, 'InvalidAccessKeyId', 'x', 'READ', unavailable],
  [403, 'SignatureDoesNotMatch', 'x', 'READ', unavailable],
  [403, 'RequestTimeTooSkewed', 'x', 'READ', unavailable],
  [400, 'ExpiredToken', 'x', 'READ', unavailable],
  [429, 'TooManyRequestsException', 'x', 'READ', unavailable],
  [400, 'ThrottlingException', 'x', 'READ', unavailable],
  [503, 'SlowDown', 'x', 'READ', unavailable],
  [503, 'AccessDenied', 'x', 'READ', unavailable],
  [500, 'InternalError', 'x', 'READ', unavailable],
  [404, 'NoSuchKey', 'x', 'READ', unavailable],
  [403, 'undefined', 'undefined', 'READ', unavailable],
];

describe('a refusal of S3', () => {
  it.each(cases)('%s %s: %s (%s)', (statusCode, code, message, permission, [expected, told]) => {
    const error = grantsRefusalOf({ statusCode, code, message }, permission);
    expect(refusalIn(error)).toEqual({ code: expected, message: told });
  });

  it('is in the log as AWS’s errors are, and says to its caller nothing of what S3 says', () => {
    const error = grantsRefusalOf({ statusCode: 403, code: 'AccessDenied', message: noGrant }, 'READ');
    expect(describeCause(error.cause)).toEqual({ name: 'AccessDenied', message: noGrant });
    expect(error.message).not.toContain('bucket');
  });

  it('is one of the data, whatever the target is called', () => {
    const message = `${noGrant.slice(0, -2)}not authorized to perform: s3:GetDataAccess*`;
    const error = grantsRefusalOf({ statusCode: 403, code: 'AccessDenied', message }, 'READ');
    expect(error.message).toBe('no grant gives READ to the target');
  });
});
