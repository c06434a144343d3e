// The trusted token issuer that a request names.
import type { OperationCall } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { ISSUER_ARN, type TrustedTokenIssuer } from '../../identity-center/trusted-token-issuers.ts';

/** @throws AwsError ValidationError, ResourceNotFoundException */
export function issuerOf({ account, input }: OperationCall): TrustedTokenIssuer {
  const arn = requireText('trustedTokenIssuerArn', input['TrustedTokenIssuerArn'], ISSUER_ARN);
  return account.identityCenter.requireInstance().issuers.get(arn);
}
