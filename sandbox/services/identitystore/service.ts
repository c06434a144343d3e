// The identity store of IAM Identity Center: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/
import type { JsonService } from '../../account/service.ts';
import { createGroup } from './create-group.ts';
import { createGroupMembership } from './create-group-membership.ts';
import { createUser } from './create-user.ts';
import { deleteGroup } from './delete-group.ts';
import { deleteGroupMembership } from './delete-group-membership.ts';
import { deleteUser } from './delete-user.ts';
import { describeGroup } from './describe-group.ts';
import { describeGroupMembership } from './describe-group-membership.ts';
import { describeUser } from './describe-user.ts';
import { getGroupId } from './get-group-id.ts';
import { getGroupMembershipId } from './get-group-membership-id.ts';
import { getUserId } from './get-user-id.ts';
import { isMemberInGroups } from './is-member-in-groups.ts';
import { listGroupMemberships } from './list-group-memberships.ts';
import { listGroupMembershipsForMember } from './list-group-memberships-for-member.ts';
import { listGroups } from './list-groups.ts';
import { listUsers } from './list-users.ts';

export const identityStore: JsonService = {
  name: 'identitystore',
  inEveryAccount: true,
  protocol: 'json',
  targetPrefix: 'AWSIdentityStore',
  jsonVersion: '1.1',
  operations: {
    CreateGroup: createGroup,
    CreateGroupMembership: createGroupMembership,
    CreateUser: createUser,
    DeleteGroup: deleteGroup,
    DeleteGroupMembership: deleteGroupMembership,
    DeleteUser: deleteUser,
    DescribeGroup: describeGroup,
    DescribeGroupMembership: describeGroupMembership,
    DescribeUser: describeUser,
    GetGroupId: getGroupId,
    GetGroupMembershipId: getGroupMembershipId,
    GetUserId: getUserId,
    IsMemberInGroups: isMemberInGroups,
    ListGroupMemberships: listGroupMemberships,
    ListGroupMembershipsForMember: listGroupMembershipsForMember,
    ListGroups: listGroups,
    ListUsers: listUsers,
  },
};
