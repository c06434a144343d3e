// AWS::SSO::Application
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  InstanceArn: z.string(),
  ApplicationProviderArn: z.string(),
  Name: z.string(),
  Description: z.string().optional(),
  Status: z.string().optional(),
  PortalOptions: z.looseObject({}).optional(),
  Tags: ignored('a statement that goes by the tags of an application is a denial'),
});

export const identityCenterApplication = resourceType(
  properties,
  ({ InstanceArn, ...given }, { account: { identityCenter }, uuid }) => {
    const { applications, identityStoreArn } = identityCenter.requireInstance(InstanceArn);
    const { arn } = applications.create(given, uuid().replaceAll('-', '').slice(0, 16));
    return { ref: arn, attributes: { ApplicationArn: arn, IdentityStoreArn: identityStoreArn } };
  },
  { delete: ({ ref }, { account }) => account.identityCenter.requireInstance().applications.delete(ref) },
);
