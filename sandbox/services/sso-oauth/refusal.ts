// The refusals of IAM Identity Center's OIDC service: OAuth's code, and little more.
import { AwsError } from '../../aws-error.ts';

/** By OAuth's code, the exception that AWS has for it. https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html */
const exceptions = {
  access_denied: ['AccessDeniedException', 400],
  invalid_client: ['InvalidClientException', 401],
  invalid_grant: ['InvalidGrantException', 400],
  invalid_request: ['InvalidRequestException', 400],
  invalid_scope: ['InvalidScopeException', 400],
  unauthorized_client: ['UnauthorizedClientException', 400],
  unsupported_grant_type: ['UnsupportedGrantTypeException', 400],
} as const;

/**
 * @param reason for the trail; never the token
 * @param description for the caller, where he may be told
 */
export function refused(error: keyof typeof exceptions, reason: string, description?: string): AwsError {
  const [code, statusCode] = exceptions[error];
  return new AwsError(code, description ?? error, statusCode, reason, {
    error,
    ...(description !== undefined && { error_description: description }),
  });
}
