// IsMemberInGroups: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_IsMemberInGroups.html
import type { Operation } from '../../account/operation.ts';
import { requireList } from '../../constraints.ts';
import { arns, memberArn, memberOf, onStore, requireId, storeOf } from './store-request.ts';

export const isMemberInGroups: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('IsMemberInGroups', (call) => [
    arns.membership(),
    memberArn(call),
    ...[call.input['GroupIds'] ?? []].flat().map((groupId) => arns.group(groupId)),
  ]),
  run(call) {
    const store = storeOf(call);
    const { userId: UserId } = store.user(memberOf(call));
    const groupIds = requireList('groupIds', call.input['GroupIds'], { min: 1, max: 100 });
    return {
      Results: groupIds.map((given, at) => {
        const { groupId: GroupId } = store.group(requireId(`groupIds.${at + 1}.member`, given));
        const MembershipExists = store.membershipOf(GroupId, UserId) !== undefined;
        return { GroupId, MemberId: { UserId }, MembershipExists };
      }),
    };
  },
};
