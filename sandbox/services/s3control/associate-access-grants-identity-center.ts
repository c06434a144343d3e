// AssociateAccessGrantsIdentityCenter: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_AssociateAccessGrantsIdentityCenter.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { associating, readIdentityCenterArn } from './identity-center-request.ts';
import { onInstance } from './instance-request.ts';

export const associateAccessGrantsIdentityCenter: Operation = {
  recorded: ['IdentityCenterArn'],
  authorize: (call) => [onInstance('AssociateAccessGrantsIdentityCenter')(call), ...associating(call)],
  run(call): RestXmlOutput {
    call.account.accessGrants.associate(readIdentityCenterArn(call));
    return {};
  },
};
