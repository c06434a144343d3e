// Callers: the identities that API Gateway hands over, and the deployment that they call.
import type { Caller } from '../../service/caller.ts';

export const deployment = {
  accountId: '111122223333',
  partition: 'aws',
  serviceRoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
};

/** A role's unique id, the same for the same name and generation. */
export function roleIdOf(roleName: string, generation = 1): string {
  const letters = roleName.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return `AROA${letters}${generation}`.padEnd(21, 'X');
}

export function callerNamed(applicationName: string, generation = 1): Caller {
  return { applicationName, applicationRoleId: roleIdOf(applicationName, generation) };
}

/** `requestContext.authorizer.iam` of a request that the role signed. */
export function iamOf({ applicationName, applicationRoleId }: Caller): Record<string, unknown> {
  return {
    accessKey: 'ASIAEXAMPLE',
    accountId: deployment.accountId,
    callerId: `${applicationRoleId}:session`,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:sts::${deployment.accountId}:assumed-role/${applicationName}/session`,
    userId: `${applicationRoleId}:session`,
  };
}
