// The refusal of a web identity token, in AWS's words where these are known.
import { AwsError } from '../../aws-error.ts';
import type { TokenProblem } from '../../issued-tokens/token-problem.ts';

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

/** What STS says of it: InvalidIdentityToken, ExpiredTokenException or IDPCommunicationError. */
export function inWordsOfSts({ kind, message: reason, detail }: TokenProblem, nowSeconds: number): AwsError {
  switch (kind) {
    case 'no-token':
      return invalidToken(
        reason,
        'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      );
    case 'incomplete':
      return invalidToken(reason, `Missing a required claim: ${detail}`);
    case 'no-key':
      return invalidToken(
        reason,
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
      );
    case 'unreachable':
      return new AwsError(
        'IDPCommunicationError',
        'The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming identity token could not be reached.',
        400,
        reason,
      );
    case 'expired':
      return new AwsError(
        'ExpiredTokenException',
        `Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${detail}`,
      );
    default:
      return invalidToken(reason);
  }
}
