// AWS::S3::AccessGrantsInstance
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  IdentityCenterArn: z.string().optional(),
  Tags: ignored('a statement that goes by the tags of an instance is a denial'),
});

export const accessGrantsInstance = resourceType(
  properties,
  ({ IdentityCenterArn }, { account: { accessGrants } }) => {
    const { arn } = accessGrants.createInstance(IdentityCenterArn);
    return { ref: arn, attributes: { AccessGrantsInstanceArn: arn, AccessGrantsInstanceId: 'default' } };
  },
  {
    update({ IdentityCenterArn }, { ref, properties: previous }, { account: { accessGrants } }) {
      if (IdentityCenterArn !== previous.IdentityCenterArn) {
        if (IdentityCenterArn === undefined) accessGrants.dissociate();
        else accessGrants.associate(IdentityCenterArn);
      }
      return { ref, attributes: { AccessGrantsInstanceArn: ref, AccessGrantsInstanceId: 'default' } };
    },
    delete(_, { account: { accessGrants } }) {
      if (accessGrants.locations.all.length === 0) accessGrants.dissociate();
      accessGrants.deleteInstance();
    },
  },
);
