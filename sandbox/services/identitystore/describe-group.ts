// DescribeGroup: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html
import type { Operation } from '../../account/operation.ts';
import { shownGroup } from './shown.ts';
import { arns, onStore, requireId, storeOf } from './store-request.ts';

export const describeGroup: Operation = {
  recorded: ['IdentityStoreId', 'GroupId'],
  authorize: onStore('DescribeGroup', ({ input }) => [arns.group(input['GroupId'])]),
  run: (call) => shownGroup(call, storeOf(call).group(requireId('groupId', call.input['GroupId']))),
};
