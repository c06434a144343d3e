// AWS::SSO::Instance
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().optional(),
  Tags: ignored('a statement that goes by the tags of an instance is a denial'),
});

export const identityCenterInstance = resourceType(
  properties,
  ({ Name }, { account: { identityCenter } }) => {
    const { arn, accountId, identityStoreId } = identityCenter.createInstance(Name);
    return {
      ref: arn,
      attributes: {
        InstanceArn: arn,
        IdentityStoreId: identityStoreId,
        OwnerAccountId: accountId,
        Status: 'ACTIVE',
      },
    };
  },
  { delete: ({ ref }, { account: { identityCenter } }) => identityCenter.deleteInstance(ref) },
);
