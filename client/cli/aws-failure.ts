// What is told of a call to AWS that failed.
import { nameOfError } from '../account/error-name.ts';
import { shownMessage } from './shown-text.ts';

/** Of a denial AWS says who lacks which permission on what, and nothing that was sent. */
export function describeAwsFailure(error: unknown): string {
  const isDenial = error instanceof Error && /^AccessDenied(Exception)?$/.test(error.name);
  return isDenial ? `${error.name}: ${shownMessage(error.message)}` : nameOfError(error);
}
