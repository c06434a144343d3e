// AWS::SSO::TrustedTokenIssuer
import { z } from 'zod';
import type { TrustedTokenIssuer } from '../identity-center/trusted-token-issuers.ts';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  InstanceArn: z.string(),
  Name: z.string(),
  TrustedTokenIssuerType: z.string(),
  TrustedTokenIssuerConfiguration: z.strictObject({
    OidcJwtConfiguration: z.strictObject({
      IssuerUrl: z.string(),
      ClaimAttributePath: z.string(),
      IdentityStoreAttributePath: z.string(),
      JwksRetrievalOption: z.string(),
    }),
  }),
  Tags: ignored('a statement that goes by the tags of a trusted token issuer is a denial'),
});

export const trustedTokenIssuer = resourceType(
  properties,
  (given, { account, uuid }) => {
    const { issuers } = account.identityCenter.requireInstance(given.InstanceArn);
    const {
      Name: name,
      TrustedTokenIssuerType: type,
      TrustedTokenIssuerConfiguration: configuration,
    } = given;
    return createdOf(issuers.create({ name, type, configuration }, uuid()));
  },
  {
    // Another URL is refused, as the API does: its ARN stands in the grants of applications.
    update({ Name: name, TrustedTokenIssuerConfiguration: configuration }, { ref }, { account }) {
      const { issuers } = account.identityCenter.requireInstance();
      issuers.update(ref, { name, configuration });
      return createdOf(issuers.get(ref));
    },
    delete: ({ ref }, { account }) => account.identityCenter.requireInstance().issuers.delete(ref),
  },
);

function createdOf({ arn }: TrustedTokenIssuer) {
  return { ref: arn, attributes: { TrustedTokenIssuerArn: arn } };
}
