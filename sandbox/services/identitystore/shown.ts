// Users, groups and memberships as the API shows them.
import type { OperationCall } from '../../account/operation.ts';
import type { DirectoryGroup, DirectoryUser, GroupMembership } from '../../identity-center/directory.ts';

type Shown = Readonly<Record<string, unknown>>;

/** Nothing is ever changed, so both times are the creation's. */
function stamps({ createdAt, createdBy }: { readonly createdAt: number; readonly createdBy: string }): Shown {
  const at = createdAt / 1_000;
  return { CreatedAt: at, CreatedBy: createdBy, UpdatedAt: at, UpdatedBy: createdBy };
}

export function shownUser({ input }: OperationCall, user: DirectoryUser): Shown {
  const { IdentityStoreId } = input;
  return {
    IdentityStoreId,
    UserId: user.userId,
    ...user.attributes,
    UserStatus: 'ENABLED',
    ...stamps(user),
  };
}

export function shownGroup({ input }: OperationCall, group: DirectoryGroup): Shown {
  const { groupId: GroupId, displayName: DisplayName, description: Description } = group;
  const { IdentityStoreId } = input;
  return { IdentityStoreId, GroupId, DisplayName, Description, ...stamps(group) };
}

export function shownMembership({ input }: OperationCall, membership: GroupMembership): Shown {
  const { membershipId: MembershipId, groupId: GroupId, userId: UserId } = membership;
  const { IdentityStoreId } = input;
  return { IdentityStoreId, MembershipId, GroupId, MemberId: { UserId }, ...stamps(membership) };
}
