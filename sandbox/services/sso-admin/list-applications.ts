// ListApplications: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplications.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { nextPage } from '../../next-page.ts';
import { instanceOf } from './application-request.ts';
import { shownApplication } from './shown.ts';

export const listApplications: Operation = {
  recorded: ['InstanceArn'],
  authorize: () => ({ action: 'sso:ListApplications', resource: '*' }),
  run(call) {
    const { account, input } = call;
    const instance = instanceOf(call);
    if (input['Filter'] !== undefined) {
      throw new AwsError('NotImplemented', 'The sandbox does not have sso ListApplications’s Filter.', 501);
    }
    const { items, nextToken: NextToken } = nextPage(input, instance.applications.all, ({ arn }) => arn);
    return { Applications: items.map((item) => shownApplication(account, instance, item)), NextToken };
  },
};
