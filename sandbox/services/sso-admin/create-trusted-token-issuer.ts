// CreateTrustedTokenIssuer: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateTrustedTokenIssuer.html
import type { Operation } from '../../account/operation.ts';
import { instanceOf } from './application-request.ts';

export const createTrustedTokenIssuer: Operation = {
  recorded: ['InstanceArn', 'Name'],
  authorize: ({ account, input }) =>
    [String(input['InstanceArn']), account.identityCenter.requireInstance().issuers.newArn()].map(
      (resource) => ({
        action: 'sso:CreateTrustedTokenIssuer',
        resource,
      }),
    ),
  run(call) {
    const { input } = call;
    const {
      Name: name,
      TrustedTokenIssuerType: type,
      TrustedTokenIssuerConfiguration: configuration,
    } = input;
    return { TrustedTokenIssuerArn: instanceOf(call).issuers.create({ name, type, configuration }).arn };
  },
};
