// ListOpenIDConnectProviders: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
import type { Operation } from '../../account/operation.ts';

export const listOpenIdConnectProviders: Operation = {
  authorize: () => ({ action: 'iam:ListOpenIDConnectProviders', resource: '*' }),
  run: ({ account }) => ({
    OpenIDConnectProviderList: account.identities.oidcProviders.all.map(({ arn }) => ({ Arn: arn })),
  }),
};
