// The users and groups that the settings have in the directory, by name.
import { CfnGroup, CfnGroupMembership, CfnUser } from 'aws-cdk-lib/aws-identitystore';
import { Construct } from 'constructs';
import type { IdentityCenterSettings } from '../settings/settings.ts';
import type { CenterInstance } from './center-instance.ts';
import { acknowledgeNewType } from './linter.ts';

export interface DirectoryOptions {
  readonly instance: CenterInstance;
  readonly settings: Pick<IdentityCenterSettings, 'users' | 'groups'>;
}

export class Directory extends Construct {
  readonly instanceArn: string;
  readonly #userIds = new Map<string, string>();
  readonly #groupIds = new Map<string, string>();

  constructor(scope: Construct, id: string, { instance, settings }: DirectoryOptions) {
    super(scope, id);
    const { identityStoreId } = instance;
    this.instanceArn = instance.arn;
    for (const [userName, { email, givenName, familyName, displayName }] of Object.entries(settings.users)) {
      const user = new CfnUser(this, `user ${userName}`, {
        identityStoreId,
        userName,
        displayName: displayName ?? `${givenName} ${familyName}`,
        name: { givenName, familyName },
        emails: [{ value: email, type: 'work', primary: true }],
      });
      acknowledgeNewType(user);
      this.#userIds.set(userName, user.attrUserId);
    }
    for (const [displayName, members] of Object.entries(settings.groups)) {
      const group = new CfnGroup(this, `group ${displayName}`, { identityStoreId, displayName });
      this.#groupIds.set(displayName, group.attrGroupId);
      for (const member of members)
        new CfnGroupMembership(this, `${member} in ${displayName}`, {
          identityStoreId,
          groupId: group.attrGroupId,
          memberId: { userId: this.userId(member) },
        });
    }
  }

  /** @param user a name of the settings, or the id of another */
  userId(user: string): string {
    return this.#userIds.get(user) ?? user;
  }

  /** @param group likewise */
  groupId(group: string): string {
    return this.#groupIds.get(group) ?? group;
  }
}
