// AWS::Cognito::UserPool
import { z } from 'zod';
import { createUserPool } from '../user-pools/templates.ts';
import { resourceType } from './resource-type.ts';

/** The pool itself refuses the properties that it does not know. */
const properties = z.record(z.string(), z.unknown());

export const userPool = resourceType(properties, async (given, { account }) => {
  const { userPoolId, issuer } = await createUserPool(account, given);
  return {
    ref: userPoolId,
    attributes: {
      UserPoolId: userPoolId,
      Arn: `arn:aws:cognito-idp:${account.region}:${account.accountId}:userpool/${userPoolId}`,
      ProviderURL: issuer,
      ProviderName: issuer.replace('https://', ''),
    },
  };
});
