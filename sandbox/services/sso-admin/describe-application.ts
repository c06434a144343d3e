// DescribeApplication: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeApplication.html
import type { Operation } from '../../account/operation.ts';
import { applicationOf, onApplication } from './application-request.ts';
import { shownApplication } from './shown.ts';

export const describeApplication: Operation = {
  recorded: ['ApplicationArn'],
  authorize: onApplication('DescribeApplication'),
  run(call) {
    const application = applicationOf(call);
    return shownApplication(call.account, call.account.identityCenter.requireInstance(), application);
  },
};
