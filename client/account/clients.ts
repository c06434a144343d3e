// The AWS clients of the story, and the stacks that they find.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';

export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly cognito: CognitoIdentityProviderClient;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

/** What the stacks of the story put out. */
export interface Outputs {
  readonly endpoint: string;
  readonly servicePrincipalRoleName: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  readonly jwksUrl: string;
}

/** Where the clients go and as whom; with a region alone, the SDK's own defaults apply. */
export interface ClientConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly forcePathStyle?: boolean;
}

export function createClients(clientConfig: ClientConfig): Clients {
  return {
    cloudFormation: new CloudFormationClient(clientConfig),
    cognito: new CognitoIdentityProviderClient(clientConfig),
    iam: new IAMClient(clientConfig),
    s3: new S3Client(clientConfig),
    sts: new STSClient(clientConfig),
  };
}

/** Reads the outputs of both stacks. Rejects, naming it, where one is not deployed. */
export async function readOutputs(
  cloudFormation: CloudFormationClient,
  environment: string,
): Promise<Outputs> {
  const broker = await outputsOf(cloudFormation, `IAMSessionBroker-Service-${environment}`);
  const identityProvider = await outputsOf(cloudFormation, `IdentityProvider-Service-${environment}`);
  return {
    endpoint: broker('APIEndpoint'),
    servicePrincipalRoleName: broker('ServicePrincipalRoleName'),
    userPoolId: identityProvider('CognitoUserPoolID'),
    userPoolClientId: identityProvider('CognitoUserPoolClientID'),
    jwksUrl: identityProvider('JWKSetURL'),
  };
}

async function outputsOf(
  cloudFormation: CloudFormationClient,
  stackName: string,
): Promise<(key: string) => string> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  return (key) => {
    const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined) throw new Error(`the stack ${stackName} has no output ${key}`);
    return value;
  };
}
