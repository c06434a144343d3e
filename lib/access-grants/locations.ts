// The locations: what of S3 can be granted, each under the one role that reaches it.
import { CfnAccessGrantsLocation } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketOf } from '../settings/access-grants-bounds.ts';
import type { AccessGrantsSettings } from '../settings/settings.ts';
import type { Buckets } from './buckets.ts';
import type { Instance } from './instance.ts';
import type { LocationRole } from './location-role.ts';

export interface LocationsOptions {
  readonly instance: Instance;
  readonly buckets: Buckets;
  readonly role: LocationRole;
  readonly settings: Pick<AccessGrantsSettings, 'locations'>;
}

export class Locations extends Construct {
  readonly #byScope = new Map<string, CfnAccessGrantsLocation>();

  constructor(scope: Construct, id: string, { instance, buckets, role, settings }: LocationsOptions) {
    super(scope, id);
    for (const locationScope of settings.locations) {
      const bucket = bucketOf(locationScope);
      const location = new CfnAccessGrantsLocation(this, locationScope, {
        locationScope: locationScope.replace(bucket, buckets.nameOf(bucket)),
        iamRoleArn: role.role.roleArn,
      });
      // No property names the instance, and S3 deletes none that has locations.
      location.addResourceDependency(instance.dependable);
      this.#byScope.set(locationScope, location);
    }
  }

  /** The closest location that a scope lies in, and what of the scope comes after it. */
  find(scope: string): { readonly locationId: string; readonly subPrefix: string } {
    const [closest] = [...this.#byScope]
      .filter(([location]) => scope.startsWith(location))
      .sort(([one], [other]) => other.length - one.length);
    if (!closest) throw new Error(`${scope} lies in no location`);
    const [location, { attrAccessGrantsLocationId: locationId }] = closest;
    return { locationId, subPrefix: scope.slice(location.length) };
  }
}
