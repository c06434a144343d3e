// The stacks of an environment, found by their names, and what they put out.
import {
  type CloudFormationClient,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { NotDeployed } from './not-deployed.ts';

export type Outputs = ReadonlyMap<string, string>;

export interface EnvironmentStacks {
  readonly serviceStackName: string;
  readonly service: Outputs;
  /** Empty where the example identity provider is not deployed. */
  readonly identityProvider: Outputs;
}

const SERVICE = 'IAMSessionBroker-Service-';
const IDENTITY_PROVIDER = 'IdentityProvider-Service-';
const PORTAL = 'Portal-Service-';

/**
 * The names of the stacks that the broker alone needs, in the order of their deployment.
 * @param environmentName how they end: `Sandbox`
 */
export function brokerStacks(environmentName: string): string[] {
  return [IDENTITY_PROVIDER + environmentName, SERVICE + environmentName];
}

/**
 * Finds the stacks of an environment.
 * @param environment as in cdk.json; may be absent where there is only one
 * @throws NotDeployed
 */
export async function findStacks(
  cloudFormation: CloudFormationClient,
  environment: string | undefined,
): Promise<EnvironmentStacks> {
  const stacks = await deployedStacks(cloudFormation);
  const name = theEnvironment(stacks, SERVICE, environment);
  return {
    serviceStackName: SERVICE + name,
    service: outputsOf(stacks, SERVICE + name),
    identityProvider: outputsOf(stacks, IDENTITY_PROVIDER + name),
  };
}

/**
 * What the portal of an environment puts out.
 * @param environment as for {@link findStacks}
 * @throws NotDeployed
 */
export async function findPortal(
  cloudFormation: CloudFormationClient,
  environment: string | undefined,
): Promise<Outputs> {
  const stacks = await deployedStacks(cloudFormation);
  return outputsOf(stacks, PORTAL + theEnvironment(stacks, PORTAL, environment));
}

/** @throws NotDeployed */
export function requiredOutput(outputs: Outputs, key: string): string {
  const value = outputs.get(key);
  if (value === undefined) throw new NotDeployed(`the deployed stack has no output ${key}`);
  return value;
}

async function deployedStacks(cloudFormation: CloudFormationClient): Promise<Stack[]> {
  const stacks: Stack[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {}))
    stacks.push(...Stacks);
  return stacks;
}

/** How the name of the one stack ends that begins so. @throws NotDeployed */
function theEnvironment(stacks: readonly Stack[], prefix: string, environment: string | undefined): string {
  const names = stacks.map(({ StackName = '' }) => StackName);
  const found = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const [name, another] = environment ? found.filter((each) => equal(each, environment)) : found;
  if (name === undefined) throw new NotDeployed(`no stack ${prefix}${environment ?? '…'} is deployed here`);
  if (another !== undefined) throw new NotDeployed(`say which by --environment: ${found.join(', ')}`);
  return name;
}

function outputsOf(stacks: readonly Stack[], stackName: string): Outputs {
  const { Outputs = [] } = stacks.find(({ StackName }) => StackName === stackName) ?? {};
  return new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

function equal(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
