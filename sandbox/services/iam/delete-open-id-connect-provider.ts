// DeleteOpenIDConnectProvider: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
import type { Operation } from '../../account/operation.ts';
import { onProvider, requireProviderArn } from './open-id-connect-provider-request.ts';

export const deleteOpenIdConnectProvider: Operation = {
  authorize: onProvider('iam:DeleteOpenIDConnectProvider'),
  run: (call) => call.account.identities.oidcProviders.delete(requireProviderArn(call)),
};
