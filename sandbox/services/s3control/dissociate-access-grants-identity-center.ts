// DissociateAccessGrantsIdentityCenter: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DissociateAccessGrantsIdentityCenter.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { onInstance } from './instance-request.ts';

export const dissociateAccessGrantsIdentityCenter: Operation = {
  authorize: onInstance('DissociateAccessGrantsIdentityCenter'),
  run({ account }): RestXmlOutput {
    account.accessGrants.dissociate();
    return { statusCode: 204 };
  },
};
