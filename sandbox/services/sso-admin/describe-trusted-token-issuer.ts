// DescribeTrustedTokenIssuer: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeTrustedTokenIssuer.html
import type { Operation } from '../../account/operation.ts';
import { onNamed } from './application-request.ts';
import { issuerOf } from './issuer-request.ts';

export const describeTrustedTokenIssuer: Operation = {
  recorded: ['TrustedTokenIssuerArn'],
  authorize: onNamed('DescribeTrustedTokenIssuer', 'TrustedTokenIssuerArn'),
  run(call) {
    const { arn, name, issuerUrl, claimPath, attributePath } = issuerOf(call);
    return {
      TrustedTokenIssuerArn: arn,
      Name: name,
      TrustedTokenIssuerType: 'OIDC_JWT',
      TrustedTokenIssuerConfiguration: {
        OidcJwtConfiguration: {
          IssuerUrl: issuerUrl,
          ClaimAttributePath: claimPath,
          IdentityStoreAttributePath: attributePath,
          JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
        },
      },
    };
  },
};
