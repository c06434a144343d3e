// CreateAccessGrantsInstance: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessGrantsInstance.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { associating, readIdentityCenterArn } from './identity-center-request.ts';
import { onInstance } from './instance-request.ts';
import { shownInstance } from './shown.ts';

export const createAccessGrantsInstance: Operation = {
  recorded: ['IdentityCenterArn'],
  authorize: (call) => [
    onInstance('CreateAccessGrantsInstance')(call),
    ...(call.input['IdentityCenterArn'] === undefined ? [] : associating(call)),
  ],
  run(call): RestXmlOutput {
    const { account, input } = call;
    const arn = input['IdentityCenterArn'] === undefined ? undefined : readIdentityCenterArn(call);
    return {
      xml: { CreateAccessGrantsInstanceResult: shownInstance(account.accessGrants.createInstance(arn)) },
    };
  },
};
