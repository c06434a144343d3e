// UpdateTrustedTokenIssuer: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateTrustedTokenIssuer.html
import type { Operation } from '../../account/operation.ts';
import { onNamed } from './application-request.ts';
import { issuerOf } from './issuer-request.ts';

export const updateTrustedTokenIssuer: Operation = {
  recorded: ['TrustedTokenIssuerArn', 'Name'],
  authorize: onNamed('UpdateTrustedTokenIssuer', 'TrustedTokenIssuerArn'),
  run(call) {
    const { account, input } = call;
    const { Name: name, TrustedTokenIssuerConfiguration: configuration } = input;
    account.identityCenter.requireInstance().issuers.update(issuerOf(call).arn, { name, configuration });
  },
};
