// DeleteTrustedTokenIssuer: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteTrustedTokenIssuer.html
import type { Operation } from '../../account/operation.ts';
import { onNamed } from './application-request.ts';
import { issuerOf } from './issuer-request.ts';

export const deleteTrustedTokenIssuer: Operation = {
  recorded: ['TrustedTokenIssuerArn'],
  authorize: onNamed('DeleteTrustedTokenIssuer', 'TrustedTokenIssuerArn'),
  run: (call) => call.account.identityCenter.requireInstance().issuers.delete(issuerOf(call).arn),
};
