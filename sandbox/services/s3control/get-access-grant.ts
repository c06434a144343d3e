// GetAccessGrant: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessGrant.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { grantOf, onGrant } from './grant-request.ts';
import { shownGrant } from './shown.ts';

export const getAccessGrant: Operation = {
  authorize: onGrant('GetAccessGrant'),
  run(call): RestXmlOutput {
    return { xml: { GetAccessGrantResult: shownGrant(grantOf(call)) } };
  },
};
