// The locations of an instance: what of S3 is handed out, by which role.
import { randomUUID } from 'node:crypto';
import { accessGrantsError } from './errors.ts';
import type { Location } from './grant.ts';
import { DEFAULT_LOCATION_SCOPE, parseLocationScope } from './scope.ts';

export interface LocationRequest {
  readonly scope: string;
  readonly roleArn: string;
}

export class Locations {
  readonly #byId = new Map<string, Location>();
  readonly #instanceArn: string;
  readonly #now: () => number;
  readonly #isRole: (arn: string) => boolean;

  /** @param isRole whether it is the ARN of a role that the account has */
  constructor(instanceArn: string, now: () => number, isRole: (arn: string) => boolean) {
    this.#instanceArn = instanceArn;
    this.#now = now;
    this.#isRole = isRole;
  }

  /** In the order of their creation. */
  get all(): readonly Location[] {
    return [...this.#byId.values()];
  }

  /** @throws AwsError NoSuchAccessGrantsLocationError */
  find(locationId: string): Location {
    const location = this.#byId.get(locationId);
    if (!location) throw accessGrantsError('NoSuchAccessGrantsLocationError');
    return location;
  }

  /** @throws AwsError InvalidAccessGrantsLocation, InvalidIamRole, AccessGrantsLocationAlreadyExistsError */
  create(request: LocationRequest): Location {
    const scope = parseLocationScope(request.scope);
    this.#requireRole(request.roleArn);
    if (this.all.some((other) => other.scope === scope)) {
      throw accessGrantsError('AccessGrantsLocationAlreadyExistsError');
    }
    const locationId = scope === DEFAULT_LOCATION_SCOPE ? 'default' : randomUUID();
    const arn = `${this.#instanceArn}/location/${locationId}`;
    const location: Location = {
      locationId,
      arn,
      scope,
      roleArn: request.roleArn,
      createdAt: this.#now(),
    };
    this.#byId.set(locationId, location);
    return location;
  }

  /** @throws AwsError NoSuchAccessGrantsLocationError, InvalidIamRole */
  update(locationId: string, roleArn: string): Location {
    const location = this.find(locationId);
    this.#requireRole(roleArn);
    location.roleArn = roleArn;
    return location;
  }

  /** Whether it has grants is the caller's to know. @throws AwsError NoSuchAccessGrantsLocationError */
  delete(locationId: string): void {
    this.#byId.delete(this.find(locationId).locationId);
  }

  #requireRole(arn: string): void {
    if (!this.#isRole(arn)) throw accessGrantsError('InvalidIamRole', `the account has no role ${arn}`);
  }
}
