// S3 Access Grants of an account: the instance, and what is in it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants.html
import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Identities } from '../identities/identities.ts';
import { accountOfArn } from '../identities/identity.ts';
import { accessGrantsError } from './errors.ts';
import type { Instance } from './grant.ts';
import { Grants } from './grants.ts';
import { Locations } from './locations.ts';

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly identities: Identities;
}

interface Open {
  readonly instance: Instance;
  readonly locations: Locations;
  readonly grants: Grants;
}

export class AccessGrants {
  readonly #place: Place;
  #open: Open | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Of the instance, be it there or not: an account has one in a region. */
  get instanceArn(): string {
    const { region, accountId } = this.#place;
    return `arn:aws:s3:${region}:${accountId}:access-grants/default`;
  }

  /** `undefined` before it is created. */
  get instance(): Instance | undefined {
    return this.#open?.instance;
  }

  /** @throws AwsError AccessGrantsInstanceNotExistsError */
  get locations(): Locations {
    return this.#require().locations;
  }

  /** @throws AwsError AccessGrantsInstanceNotExistsError */
  get grants(): Grants {
    return this.#require().grants;
  }

  /** @throws AwsError AccessGrantsInstanceNotExistsError */
  requireInstance(): Instance {
    return this.#require().instance;
  }

  /** @throws AwsError AccessGrantsInstanceAlreadyExists, InvalidIdentityCenterInstance */
  createInstance(identityCenterArn?: string): Instance {
    if (this.#open) throw accessGrantsError('AccessGrantsInstanceAlreadyExists');
    const { now, accountId, identities } = this.#place;
    const identityCenter = identityCenterArn === undefined ? undefined : this.#associated(identityCenterArn);
    const instance: Instance = { arn: this.instanceArn, createdAt: now(), identityCenter };
    const isRole = (arn: string) => accountOfArn(arn) === accountId && identities.findRole(arn) !== undefined;
    const locations = new Locations(instance.arn, now, isRole);
    this.#open = { instance, locations, grants: new Grants(instance, locations, now) };
    return instance;
  }

  /** @throws AwsError AccessGrantsInstanceNotExistsError, AccessGrantsInstanceNotEmptyError, InvalidRequest */
  deleteInstance(): void {
    const { instance, locations } = this.#require();
    if (locations.all.length > 0) throw accessGrantsError('AccessGrantsInstanceNotEmptyError');
    if (instance.identityCenter) {
      throw new AwsError(
        'InvalidRequest',
        'Please dissociate the Identity Center instance before deleting the access grants instance',
      );
    }
    this.#open = undefined;
  }

  /** @throws AwsError AccessGrantsLocationNotEmptyError, NoSuchAccessGrantsLocationError */
  deleteLocation(locationId: string): void {
    const { locations, grants } = this.#require();
    const { all } = grants;
    if (all.some((grant) => grant.locationId === locations.find(locationId).locationId)) {
      throw accessGrantsError('AccessGrantsLocationNotEmptyError');
    }
    locations.delete(locationId);
  }

  /** @throws AwsError AccessGrantsInstanceNotExistsError, InvalidIdentityCenterInstance */
  associate(identityCenterArn: string): void {
    this.#require().instance.identityCenter = this.#associated(identityCenterArn);
  }

  /** Grants for its users and groups stay, and nobody meets them. @throws AwsError AccessGrantsInstanceNotExistsError */
  dissociate(): void {
    this.#require().instance.identityCenter = undefined;
  }

  #associated(instanceArn: string): NonNullable<Instance['identityCenter']> {
    const [, instanceId] = /^arn:aws:sso:::instance\/(ssoins-[0-9a-zA-Z.-]{1,64})$/.exec(instanceArn) ?? [];
    if (instanceId === undefined) throw accessGrantsError('InvalidIdentityCenterInstance');
    const name = `application/${instanceId}/apl-${randomBytes(8).toString('hex')}`;
    return { instanceArn, applicationArn: `arn:aws:sso::${this.#place.accountId}:${name}` };
  }

  #require(): Open {
    if (!this.#open) throw accessGrantsError('AccessGrantsInstanceNotExistsError');
    return this.#open;
  }
}
