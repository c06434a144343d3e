// ListTrustedTokenIssuers: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTrustedTokenIssuers.html
import type { Operation } from '../../account/operation.ts';
import { nextPage } from '../../next-page.ts';
import { instanceOf, onNamed } from './application-request.ts';

export const listTrustedTokenIssuers: Operation = {
  recorded: ['InstanceArn'],
  authorize: onNamed('ListTrustedTokenIssuers', 'InstanceArn'),
  run(call) {
    const { issuers } = instanceOf(call);
    const { items, nextToken: NextToken } = nextPage(call.input, issuers.all, ({ arn }) => arn);
    return {
      TrustedTokenIssuers: items.map(({ arn, name }) => ({
        TrustedTokenIssuerArn: arn,
        Name: name,
        TrustedTokenIssuerType: 'OIDC_JWT',
      })),
      NextToken,
    };
  },
};
