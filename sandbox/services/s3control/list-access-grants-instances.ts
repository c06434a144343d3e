// ListAccessGrantsInstances: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessGrantsInstances.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { requireOwnAccount } from './instance-request.ts';
import { pageOf } from './page.ts';
import { shownInstance } from './shown.ts';

export const listAccessGrantsInstances: Operation = {
  authorize(call) {
    requireOwnAccount(call);
    return { action: 's3:ListAccessGrantsInstances', resource: '*' };
  },
  run(call): RestXmlOutput {
    const { instance } = call.account.accessGrants;
    const { items, NextToken } = pageOf(call, instance ? [instance] : [], ({ arn }) => arn);
    return {
      xml: {
        ListAccessGrantsInstancesResult: {
          NextToken,
          AccessGrantsInstancesList: { AccessGrantsInstance: items.map(shownInstance) },
        },
      },
    };
  },
};
