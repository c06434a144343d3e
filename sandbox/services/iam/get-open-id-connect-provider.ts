// GetOpenIDConnectProvider: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
import type { Operation } from '../../account/operation.ts';
import { onProvider, requireProviderArn } from './open-id-connect-provider-request.ts';
import { shownTags } from './tags.ts';

export const getOpenIdConnectProvider: Operation = {
  authorize: onProvider('iam:GetOpenIDConnectProvider'),
  run(call) {
    const provider = call.account.identities.oidcProviders.get(requireProviderArn(call));
    return {
      Url: provider.name,
      ClientIDList: [...provider.clientIds],
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createdAt).toISOString(),
      Tags: shownTags(provider.tags),
    };
  },
};
