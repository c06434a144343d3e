// ShopFast's people in IAM Identity Center: a user or a group for each department, to whom the application is assigned.
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import {
  CreateApplicationAssignmentCommand,
  DeleteApplicationAssignmentCommand,
  ListApplicationsCommand,
  ListInstancesCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { Cleanup } from '../../client/account/cleanup.ts';
import type { ClientConfig } from '../../client/account/clients.ts';
import type { StoryGrantee } from './access-grants.ts';
import type { Department } from './shopfast.ts';

type DirectoryType = Exclude<StoryGrantee['granteeType'], 'IAM'>;

/** The settings may have people of their own there. */
const nameOf = (department: Department) => `Story-${department}`;

export const emailOf = (department: Department) => `${department.toLowerCase()}@shopfast.example.com`;

export class Directory {
  readonly #store: IdentitystoreClient;
  readonly #admin: SSOAdminClient;

  constructor(
    clientConfig: ClientConfig,
    private readonly cleanup: Cleanup,
  ) {
    this.#store = new IdentitystoreClient(clientConfig);
    this.#admin = new SSOAdminClient(clientConfig);
  }

  async instance(): Promise<{ readonly instanceArn: string; readonly identityStoreId: string }> {
    const { Instances = [] } = await this.#admin.send(new ListInstancesCommand({}));
    const [{ InstanceArn = '', IdentityStoreId = '' } = {}] = Instances;
    return { instanceArn: InstanceArn, identityStoreId: IdentityStoreId };
  }

  /** The one application of the instance. */
  async applicationArn(InstanceArn: string): Promise<string> {
    const { Applications = [] } = await this.#admin.send(new ListApplicationsCommand({ InstanceArn }));
    return Applications[0]?.ApplicationArn ?? '';
  }

  /** Somebody of the department, who may use the application: by themselves, or by the department's group. */
  async add(
    department: Department,
    granteeType: DirectoryType,
    applicationArn: string,
  ): Promise<StoryGrantee> {
    const { identityStoreId: IdentityStoreId } = await this.instance();
    const { UserId } = await this.#store.send(
      new CreateUserCommand({
        IdentityStoreId,
        UserName: nameOf(department),
        DisplayName: nameOf(department),
        Name: { GivenName: department, FamilyName: 'ShopFast' },
        Emails: [{ Value: emailOf(department), Primary: true }],
      }),
    );
    this.cleanup.add(`the user ${department}`, () =>
      this.#store.send(new DeleteUserCommand({ IdentityStoreId, UserId })),
    );
    const id =
      granteeType === 'DIRECTORY_USER' ? UserId : await this.#groupOf(department, IdentityStoreId, UserId);
    const assigned = {
      ApplicationArn: applicationArn,
      PrincipalId: id,
      PrincipalType: granteeType === 'DIRECTORY_USER' ? ('USER' as const) : ('GROUP' as const),
    };
    await this.#admin.send(new CreateApplicationAssignmentCommand(assigned));
    this.cleanup.add(`the assignment of ${department}`, () =>
      this.#admin.send(new DeleteApplicationAssignmentCommand(assigned)),
    );
    return { granteeType, granteeIdentifier: id ?? '' };
  }

  async #groupOf(
    department: Department,
    IdentityStoreId: string,
    UserId: string | undefined,
  ): Promise<string | undefined> {
    const group = await this.#store.send(
      new CreateGroupCommand({ IdentityStoreId, DisplayName: nameOf(department) }),
    );
    const { GroupId } = group;
    this.cleanup.add(`the group ${department}`, () =>
      this.#store.send(new DeleteGroupCommand({ IdentityStoreId, GroupId })),
    );
    await this.#store.send(
      new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: UserId ?? '' } }),
    );
    return GroupId;
  }
}
