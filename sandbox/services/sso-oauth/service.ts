// IAM Identity Center's OIDC service: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
import type { RestJsonService } from '../../account/service.ts';
import { createTokenWithIam } from './create-token-with-iam.ts';

export const ssoOauth: RestJsonService = {
  name: 'sso-oauth',
  inEveryAccount: true,
  protocol: 'rest-json',
  operationOf: ({ method, rawPath, rawQuery }) =>
    method === 'POST' && rawPath === '/token' && new URLSearchParams(rawQuery).get('aws_iam') === 't'
      ? 'CreateTokenWithIAM'
      : undefined,
  operations: { CreateTokenWithIAM: createTokenWithIam },
};
