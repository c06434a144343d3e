// The refusal of what S3 has and the sandbox does not.
import { AwsError } from '../../aws-error.ts';

/** S3's own words for it, with what was asked for. */
export function notImplemented(what: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `A header you provided implies functionality that is not implemented. (The sandbox does not know ${what})`,
    501,
  );
}
