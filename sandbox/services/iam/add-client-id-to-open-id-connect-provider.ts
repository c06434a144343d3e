// AddClientIDToOpenIDConnectProvider: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { onProvider, requireProviderArn } from './open-id-connect-provider-request.ts';

export const addClientIdToOpenIdConnectProvider: Operation = {
  authorize: onProvider('iam:AddClientIDToOpenIDConnectProvider'),
  run(call) {
    const clientId = requireText('clientID', call.input['ClientID'], { maxLength: 255 });
    call.account.identities.oidcProviders.addClientId(requireProviderArn(call), clientId);
  },
};
