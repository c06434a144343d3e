// DeleteAccessGrantsInstance: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteAccessGrantsInstance.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { onInstance } from './instance-request.ts';

export const deleteAccessGrantsInstance: Operation = {
  authorize: onInstance('DeleteAccessGrantsInstance'),
  run({ account }): RestXmlOutput {
    account.accessGrants.deleteInstance();
    return { statusCode: 204 };
  },
};
