// The grants: each a scope, a permission, and a role, a user or a group.
import { Annotations } from 'aws-cdk-lib';
import { CfnAccessGrant } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Directory } from '../identity-center/directory.ts';
import type { GrantSettings } from '../settings/access-grants.ts';
import { isWiderThanFolder } from '../settings/access-grants-bounds.ts';
import type { AccessGrantsSettings } from '../settings/settings.ts';
import type { DepartmentRoles } from './department-roles.ts';
import type { Locations } from './locations.ts';

export interface GrantsOptions {
  readonly locations: Locations;
  readonly roles: DepartmentRoles;
  /** Absent: users and groups are named by their ids. */
  readonly directory?: Directory | undefined;
  readonly settings: Pick<AccessGrantsSettings, 'grants'>;
}

export class Grants extends Construct {
  readonly #options: GrantsOptions;

  constructor(scope: Construct, id: string, options: GrantsOptions) {
    super(scope, id);
    this.#options = options;
    const { grants } = options.settings;
    for (const grant of grants) this.#add(grant);
    this.#warnOf(grants.map(({ scope }) => scope).filter(isWiderThanFolder));
  }

  /**
   * Its id is what it says, and no number: S3 has no change of a grant, and a list in another order would make each anew
   * while there is one of its kind.
   */
  #add(grant: GrantSettings): void {
    const { scope, permission, application } = grant;
    const { locationId, subPrefix } = this.#options.locations.find(scope);
    const { name, granteeType, granteeIdentifier } = this.#granteeOf(grant);
    const id = [name, permission, scope, application].filter((part) => part !== undefined).join(' ');
    new CfnAccessGrant(this, id, {
      accessGrantsLocationId: locationId,
      ...(subPrefix !== '' && { accessGrantsLocationConfiguration: { s3SubPrefix: subPrefix } }),
      grantee: { granteeType, granteeIdentifier },
      permission,
      ...(!scope.endsWith('*') && { s3PrefixType: 'Object' }),
      ...(application !== undefined && { applicationArn: application }),
    });
  }

  #granteeOf({ role, directoryUser: user, directoryGroup: group }: GrantSettings) {
    const { roles, directory } = this.#options;
    if (role !== undefined) return { name: role, granteeType: 'IAM', granteeIdentifier: roles.arnOf(role) };
    if (user !== undefined)
      return {
        name: `user ${user}`,
        granteeType: 'DIRECTORY_USER',
        granteeIdentifier: directory?.userId(user) ?? user,
      };
    return {
      name: `group ${group}`,
      granteeType: 'DIRECTORY_GROUP',
      granteeIdentifier: directory?.groupId(group as string) ?? (group as string),
    };
  }

  /** S3 takes a scope as text, and knows no folders. */
  #warnOf(scopes: readonly string[]): void {
    const [first, ...others] = new Set(scopes);
    if (first === undefined) return;
    const name = first.slice(0, -1);
    Annotations.of(this).addWarningV2(
      'iam-session-broker:WiderThanFolder',
      `${first} matches whatever begins so, ${name}-private/ too; ${name}/* is the folder alone.` +
        (others.length > 0 ? ` So do ${others.join(', ')}.` : ''),
    );
  }
}
