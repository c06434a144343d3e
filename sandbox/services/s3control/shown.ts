// Instances, locations and grants as the answers show them.
import type { Grant, Grantee, Instance, Location } from '../../access-grants/grant.ts';

export function shownDate(ms: number): string {
  return new Date(ms).toISOString();
}

export function shownInstance({ arn, createdAt, identityCenter }: Instance) {
  return {
    CreatedAt: shownDate(createdAt),
    AccessGrantsInstanceId: 'default',
    AccessGrantsInstanceArn: arn,
    // Its older name for the instance, which is still answered.
    IdentityCenterArn: identityCenter?.instanceArn,
    IdentityCenterInstanceArn: identityCenter?.instanceArn,
    IdentityCenterApplicationArn: identityCenter?.applicationArn,
  };
}

export function shownLocation({ arn, locationId, scope, roleArn, createdAt }: Location) {
  return {
    CreatedAt: shownDate(createdAt),
    AccessGrantsLocationId: locationId,
    AccessGrantsLocationArn: arn,
    LocationScope: scope,
    IAMRoleArn: roleArn,
  };
}

export function shownGrant({ grantId, arn, locationId, subPrefix, applicationArn, ...grant }: Grant) {
  return {
    CreatedAt: shownDate(grant.createdAt),
    AccessGrantId: grantId,
    AccessGrantArn: arn,
    Grantee: shownGrantee(grant.grantee),
    AccessGrantsLocationId: locationId,
    AccessGrantsLocationConfiguration: subPrefix === undefined ? undefined : { S3SubPrefix: subPrefix },
    Permission: grant.permission,
    ApplicationArn: applicationArn,
    GrantScope: grant.scope.text,
  };
}

export function shownGrantee({ granteeType, granteeIdentifier }: Grantee) {
  return { GranteeType: granteeType, GranteeIdentifier: granteeIdentifier };
}
