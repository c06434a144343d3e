// AWS::S3::AccessGrantsLocation
import { z } from 'zod';
import type { Location } from '../access-grants/grant.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  // CloudFormation requires neither, and S3 both.
  IamRoleArn: z.string(),
  LocationScope: z.string(),
  Tags: ignored('a statement that goes by the tags of a location is a denial'),
});

export const accessGrantsLocation = resourceType(
  properties,
  ({ LocationScope: scope, IamRoleArn: roleArn }, { account: { accessGrants } }) =>
    created(accessGrants.locations.create({ scope, roleArn })),
  {
    update({ LocationScope: scope, IamRoleArn: roleArn }, { ref, properties: previous }, { account }) {
      const { locations } = account.accessGrants;
      // Another scope is another location.
      return created(
        scope === previous.LocationScope
          ? locations.update(ref, roleArn)
          : locations.create({ scope, roleArn }),
      );
    },
    delete: ({ ref }, { account: { accessGrants } }) => accessGrants.deleteLocation(ref),
  },
);

function created({ locationId, arn }: Location): CreatedResource {
  return {
    ref: locationId,
    attributes: { AccessGrantsLocationId: locationId, AccessGrantsLocationArn: arn },
  };
}
