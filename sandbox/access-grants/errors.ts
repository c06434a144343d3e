// The errors of S3 Access Grants, in S3's words. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3AccessGrantsErrorCodeList
import { AwsError } from '../aws-error.ts';

const errors = {
  AccessGrantAlreadyExists: ['The specified access grant already exists', 409],
  AccessGrantsInstanceAlreadyExists: ['Access Grants Instance already exists', 409],
  AccessGrantsInstanceNotEmptyError: [
    'Please clean up locations before deleting the access grants instance',
    400,
  ],
  AccessGrantsInstanceNotExistsError: ['Access Grants Instance does not exist', 404],
  AccessGrantsLocationAlreadyExistsError: ['The specified access grants location already exists', 409],
  AccessGrantsLocationNotEmptyError: [
    'Please clean up access grants before deleting access grants location',
    400,
  ],
  InvalidAccessGrant: ['The specified Access Grant is invalid', 400],
  InvalidAccessGrantsLocation: ['The specified Access Grants Location is invalid', 400],
  InvalidIamRole: ['The specified IAM Role is invalid', 400],
  InvalidIdentityCenterInstance: ['The specified identity center instance is invalid', 400],
  NoSuchAccessGrantError: ['The specified access grant does not exist', 404],
  NoSuchAccessGrantsLocationError: ['The specified access grants location does not exist', 404],
} as const satisfies Readonly<Record<string, readonly [message: string, statusCode: number]>>;

/** @param reason why, for the trail alone: S3 does not say what is wrong with a grant */
export function accessGrantsError(code: keyof typeof errors, reason?: string): AwsError {
  const [message, statusCode] = errors[code];
  return new AwsError(code, message, statusCode, reason);
}

/** What S3 may know, and the sandbox does not. */
export function notKnown(what: string): AwsError {
  return new AwsError('NotImplemented', `The sandbox does not know ${what}.`, 501);
}
