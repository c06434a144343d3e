// AWS::Cognito::UserPoolClient
import { z } from 'zod';
import { createUserPoolClient } from '../user-pools/templates.ts';
import { resourceType } from './resource-type.ts';

/** The client itself refuses the properties that it does not know. */
const properties = z.looseObject({ UserPoolId: z.string() });

export const userPoolClient = resourceType(properties, (given, { account }) => {
  const userPool = account.userPools.get(given.UserPoolId);
  if (!userPool) throw new Error(`User pool ${given.UserPoolId} does not exist.`);
  const { clientId } = createUserPoolClient(userPool, given);
  return { ref: clientId, attributes: { ClientId: clientId } };
});
