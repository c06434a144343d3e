// CreateAccessGrant: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessGrant.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { describing, readGrant, scopeAskedFor } from './grant-request.ts';
import { onPart, requireOwnAccount } from './instance-request.ts';
import { shownGrant } from './shown.ts';

export const createAccessGrant: Operation = {
  recorded: ['AccessGrantsLocationId', 'Permission', 'ApplicationArn'],
  authorize(call) {
    requireOwnAccount(call);
    const { granteeType, granteeIdentifier } = readGrant(call).grantee;
    call.record('Grantee', `${granteeType} ${granteeIdentifier}`);
    return [onPart(call, 'CreateAccessGrant', 'grant', { scope: scopeAskedFor(call) }), ...describing(call)];
  },
  run(call): RestXmlOutput {
    const grant = call.account.accessGrants.grants.create(readGrant(call), call.effectAfter);
    return { xml: { CreateAccessGrantResult: shownGrant(grant) } };
  },
};
