// AWS::S3::AccessGrant
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Grant, granteeTypes, permissions } from '../access-grants/grant.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { ignored, type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  AccessGrantsLocationId: z.string(),
  AccessGrantsLocationConfiguration: z.strictObject({ S3SubPrefix: z.string() }).optional(),
  Grantee: z.strictObject({ GranteeType: z.enum(granteeTypes), GranteeIdentifier: z.string() }),
  Permission: z.enum(permissions),
  ApplicationArn: z.string().optional(),
  S3PrefixType: z.literal('Object').optional(),
  Tags: ignored('a statement that goes by the tags of a grant is a denial'),
});

export const accessGrant = resourceType(properties, create, {
  update(given, { ref, properties: previous }, context) {
    const isSame = isDeepStrictEqual({ ...given, Tags: undefined }, { ...previous, Tags: undefined });
    // S3 has no operation that changes a grant.
    return isSame ? created(context.account.accessGrants.grants.find(ref)) : create(given, context);
  },
  delete: ({ ref }, { account: { accessGrants } }) => accessGrants.grants.delete(ref),
});

function create(
  {
    AccessGrantsLocationConfiguration: configuration,
    Grantee: grantee,
    ...given
  }: z.infer<typeof properties>,
  { account: { accessGrants } }: ResourceContext,
): CreatedResource {
  return created(
    accessGrants.grants.create({
      locationId: given.AccessGrantsLocationId,
      subPrefix: configuration?.S3SubPrefix,
      grantee: { granteeType: grantee.GranteeType, granteeIdentifier: grantee.GranteeIdentifier },
      permission: given.Permission,
      applicationArn: given.ApplicationArn,
      prefixType: given.S3PrefixType,
    }),
  );
}

function created({ grantId, arn, scope }: Grant): CreatedResource {
  return {
    ref: grantId,
    attributes: { AccessGrantId: grantId, AccessGrantArn: arn, GrantScope: scope.text },
  };
}
