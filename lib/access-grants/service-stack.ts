// The stack of S3 Access Grants: buckets, what of them is handed out by which role, and to whom.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledgement.ts';
import type { IdentityCenterStack } from '../identity-center/service-stack.ts';
import type { AccessGrantsSettings } from '../settings/settings.ts';
import { accessGrantsAcknowledgements } from './acknowledgements.ts';
import { Buckets } from './buckets.ts';
import { DepartmentRoles } from './department-roles.ts';
import { Grants } from './grants.ts';
import { Instance } from './instance.ts';
import { LocationRole } from './location-role.ts';
import { Locations } from './locations.ts';
import { addOutputs } from './outputs.ts';

export interface AccessGrantsStackOptions {
  readonly settings: AccessGrantsSettings;
  /** Whether the buckets are kept when their stack goes. */
  readonly isRetained: boolean;
  /** The environment's: of the same account and region, it can be asked for the ids of its users and groups. */
  readonly identityCenter?: IdentityCenterStack | undefined;
}

/** One instance, which an account has once in a region. */
export class AccessGrantsStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, isRetained, identityCenter }: AccessGrantsStackOptions,
  ) {
    super(scope, id, {
      description: 'S3 Access Grants: who gets which part of which bucket, and for how long',
      env: { account: settings.account, region: settings.region },
    });

    const directory = identityCenter?.environment === this.environment ? identityCenter.directory : undefined;
    const buckets = new Buckets(this, 'Buckets', { settings, isRetained });
    const identityCenterArn = settings.identityCenterArn ?? directory?.instanceArn;
    const instance = new Instance(this, 'Instance', { identityCenterArn });
    const role = new LocationRole(this, 'LocationRole', { instance, locations: settings.locations });
    const locations = new Locations(this, 'Locations', { instance, buckets, role, settings });
    const roles = new DepartmentRoles(this, 'Roles', { instance, names: settings.roles });
    new Grants(this, 'Grants', { locations, roles, directory, settings });

    addOutputs(this, { instance, buckets, role, roles });
    acknowledge(this, accessGrantsAcknowledgements(settings));
  }
}
