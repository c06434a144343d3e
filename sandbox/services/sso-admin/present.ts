// What an application may have, or not.
import { AwsError } from '../../aws-error.ts';

/** @throws AwsError ResourceNotFoundException where there is nothing */
export function requirePresent<T>(thing: T | undefined, what: string): T {
  if (thing !== undefined) return thing;
  throw new AwsError('ResourceNotFoundException', `The application has no such thing: ${what}.`);
}
