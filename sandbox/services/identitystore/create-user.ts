// CreateUser: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
import type { Operation } from '../../account/operation.ts';
import { onStore, storeOf } from './store-request.ts';

export const createUser: Operation = {
  recorded: ['IdentityStoreId'],
  authorize: onStore('CreateUser'),
  run(call) {
    const { caller, input } = call;
    const { userId: UserId } = storeOf(call).createUser(input, caller.arn);
    return { IdentityStoreId: input['IdentityStoreId'], UserId };
  },
};
