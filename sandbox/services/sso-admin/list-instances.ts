// ListInstances: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { shownInstance } from './shown.ts';

export const listInstances: Operation = {
  authorize: () => ({ action: 'sso:ListInstances', resource: '*' }),
  run({ account, input }) {
    const { instance } = account.identityCenter;
    const { items, nextToken: NextToken } = nextPage(input, instance ? [instance] : [], ({ arn }) => arn);
    return { Instances: items.map(shownInstance), NextToken };
  },
};
