// DescribeUser: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html
import type { Operation } from '../../account/operation.ts';
import { shownUser } from './shown.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const describeUser: Operation = {
  recorded: ['IdentityStoreId', 'UserId'],
  authorize: onStore('DescribeUser', ({ input }) => [arns.user(input['UserId'])]),
  run: (call) => shownUser(call, storeOf(call).user(requireId('userId', call.input['UserId']))),
};
