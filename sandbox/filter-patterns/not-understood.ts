// What the sandbox says of a filter pattern that it does not understand. AWS may understand it.
import { AwsError } from '../aws-error.ts';

/** @param what a noun, and where it stands or what is left of the pattern there */
export function notUnderstood(what: string, where: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid filter pattern: the sandbox does not understand ${what}: ${where.slice(0, 80)}`,
  );
}
