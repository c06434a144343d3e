// GetAccessGrantsInstance: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessGrantsInstance.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { onInstance } from './instance-request.ts';
import { shownInstance } from './shown.ts';

export const getAccessGrantsInstance: Operation = {
  authorize: onInstance('GetAccessGrantsInstance'),
  run({ account }): RestXmlOutput {
    return { xml: { GetAccessGrantsInstanceResult: shownInstance(account.accessGrants.requireInstance()) } };
  },
};
