// The refusal of a web identity token, in AWS's words where these are known.
import { AwsError } from '../../aws-error.ts';

/**
 * @param reason for the trail; never the token
 * @param message default: what the API reference says of the code
 */
export function invalidToken(
  reason: string,
  message = 'The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.',
): AwsError {
  return new AwsError('InvalidIdentityToken', message, 400, reason);
}
