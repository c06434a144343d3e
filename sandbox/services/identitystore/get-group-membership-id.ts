// GetGroupMembershipId: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupMembershipId.html
import type { Operation } from '../../account/operation.ts';
import { requireFound } from '../../identity-center/directory.ts';
import { arns, memberArn, memberOf, onStore, requireId, storeOf } from './store-request.ts';

export const getGroupMembershipId: Operation = {
  recorded: ['IdentityStoreId', 'GroupId'],
  authorize: onStore('GetGroupMembershipId', (call) => [
    arns.membership(),
    arns.group(call.input['GroupId']),
    memberArn(call),
  ]),
  run(call) {
    const groupId = requireId('groupId', call.input['GroupId']);
    const found = storeOf(call).membershipOf(groupId, memberOf(call));
    const { membershipId: MembershipId } = requireFound(found, 'GROUP_MEMBERSHIP');
    return { IdentityStoreId: call.input['IdentityStoreId'], MembershipId };
  },
};
