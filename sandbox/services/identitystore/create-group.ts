// CreateGroup: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html
import type { Operation } from '../../account/operation.ts';
import { onStore, storeOf } from './store-request.ts';

export const createGroup: Operation = {
  recorded: ['IdentityStoreId', 'DisplayName'],
  authorize: onStore('CreateGroup'),
  run(call) {
    const { caller, input } = call;
    const { DisplayName: displayName, Description: description } = input;
    const { groupId: GroupId } = storeOf(call).createGroup({ displayName, description }, caller.arn);
    return { IdentityStoreId: input['IdentityStoreId'], GroupId };
  },
};
