// The deployment that is probed, as its stacks describe it.
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { findStacks, requiredOutput } from '../client/account/stacks.ts';

export interface Deployment {
  readonly endpoint: string;
  readonly servicePrincipalRoleName: string;
  /** Where the example identity provider is deployed beside the broker. */
  readonly userPool?: { readonly id: string; readonly clientId: string; readonly jwksUrl: string };
}

/**
 * Finds the stacks of an environment.
 * @param environment as in cdk.json; may be absent where there is only one
 */
export async function findDeployment(
  cloudFormation: CloudFormationClient,
  environment: string | undefined,
): Promise<Deployment> {
  const { service, identityProvider } = await findStacks(cloudFormation, environment);
  return {
    endpoint: requiredOutput(service, 'APIEndpoint'),
    servicePrincipalRoleName: requiredOutput(service, 'ServicePrincipalRoleName'),
    ...(identityProvider.size > 0 && {
      userPool: {
        id: requiredOutput(identityProvider, 'CognitoUserPoolID'),
        clientId: requiredOutput(identityProvider, 'CognitoUserPoolClientID'),
        jwksUrl: requiredOutput(identityProvider, 'JWKSetURL'),
      },
    }),
  };
}
