// DeleteAccessGrant: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteAccessGrant.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { grantOf, onGrant } from './grant-request.ts';

/** Credentials that were vended by it are good until they end. */
export const deleteAccessGrant: Operation = {
  recorded: ['AccessGrantId'],
  authorize: onGrant('DeleteAccessGrant'),
  run(call): RestXmlOutput {
    call.account.accessGrants.grants.delete(grantOf(call).grantId, call.effectAfter);
    return { statusCode: 204 };
  },
};
