// CreateGroupMembership: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
import type { Operation } from '../../account/operation.ts';
import { arns, memberArn, memberOf, onStore, requireId, storeOf } from './store-request.ts';

export const createGroupMembership: Operation = {
  recorded: ['IdentityStoreId', 'GroupId'],
  authorize: onStore('CreateGroupMembership', (call) => [arns.group(call.input['GroupId']), memberArn(call)]),
  run(call) {
    const { caller, input } = call;
    const groupId = requireId('groupId', input['GroupId']);
    const { membershipId: MembershipId } = storeOf(call).createMembership(
      groupId,
      memberOf(call),
      caller.arn,
    );
    return { IdentityStoreId: input['IdentityStoreId'], MembershipId };
  },
};
