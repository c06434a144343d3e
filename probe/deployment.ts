// The deployment that is probed, as its stacks describe it.
import {
  type CloudFormationClient,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { ProbeError } from './check.ts';

export interface Deployment {
  readonly endpoint: string;
  readonly servicePrincipalRoleName: string;
  /** Where the example identity provider is deployed beside the broker. */
  readonly userPool?: { readonly id: string; readonly clientId: string; readonly jwksUrl: string };
}

const SERVICE = 'IAMSessionBroker-Service-';
const IDENTITY_PROVIDER = 'IdentityProvider-Service-';

/**
 * Finds the stacks of an environment.
 * @param environment as in cdk.json; may be absent where there is only one
 */
export async function findDeployment(
  cloudFormation: CloudFormationClient,
  environment: string | undefined,
): Promise<Deployment> {
  const stacks: Stack[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {}))
    stacks.push(...Stacks);

  const found = environmentsOf(stacks);
  const [name, another] = environment ? found.filter((each) => equal(each, environment)) : found;
  if (name === undefined) throw new ProbeError(`no stack ${SERVICE}${environment ?? '…'} is deployed here`);
  if (another !== undefined) throw new ProbeError(`say which by --environment: ${found.join(', ')}`);

  const service = outputsOf(stacks, SERVICE + name);
  const identityProvider = outputsOf(stacks, IDENTITY_PROVIDER + name);
  return {
    endpoint: required(service, 'APIEndpoint'),
    servicePrincipalRoleName: required(service, 'ServicePrincipalRoleName'),
    ...(identityProvider.size > 0 && {
      userPool: {
        id: required(identityProvider, 'CognitoUserPoolID'),
        clientId: required(identityProvider, 'CognitoUserPoolClientID'),
        jwksUrl: required(identityProvider, 'JWKSetURL'),
      },
    }),
  };
}

function environmentsOf(stacks: readonly Stack[]): string[] {
  const names = stacks.map(({ StackName = '' }) => StackName);
  return names.filter((name) => name.startsWith(SERVICE)).map((name) => name.slice(SERVICE.length));
}

function outputsOf(stacks: readonly Stack[], stackName: string): ReadonlyMap<string, string> {
  const { Outputs = [] } = stacks.find(({ StackName }) => StackName === stackName) ?? {};
  return new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

function required(outputs: ReadonlyMap<string, string>, key: string): string {
  const value = outputs.get(key);
  if (value === undefined) throw new ProbeError(`the deployed stack has no output ${key}`);
  return value;
}

function equal(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
