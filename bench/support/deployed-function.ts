// The functions as they would be deployed: bundles and variables of the synthesized templates.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../../lib/identity-provider/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import { type CloudAssembly, readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { synthesize } from '../../sandbox/templates/synthesis.ts';
import { EnvironmentVariable } from '../../service/broker/environment.ts';
import { DataAccessVariable } from '../../service/data-access-broker/environment.ts';
import { PortalVariable } from '../../service/portal/environment.ts';
import { deployment } from '../../test/support/callers.ts';
import { SHARED_SESSIONS } from './stand-in-names.ts';

export interface DeployedBundle {
  /** Path of the module that exports `handler`. */
  readonly bundlePath: string;
  /** Of all its modules, those included that few starts import. */
  readonly bundleBytes: number;
  /** What the template sets and Lambda adds, as far as the function and its libraries read it. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The broker's, which most questions are about, and those that go beyond it. */
export interface DeployedFunction extends DeployedBundle {
  /** Path of the cloud assembly of the broker alone. */
  readonly assemblyDirectory: string;
  readonly portal: DeployedBundle;
  /** The broker's where its environments share sessions. */
  readonly sharing: DeployedBundle;
  /** The broker's where the environment has data access. */
  readonly dataAccess: DeployedBundle;
  /** Removes the assembly. */
  remove(): void;
}

const BROKER = 'IAMSessionBroker-Service-Sandbox';

/** More than one environment can take: leases are fetched, and nobody is refused. */
const amplePlan = { rateLimit: 10_000, burstLimit: 50_000 };
/** As the function's environment has them. */
export const amplePlans = JSON.stringify({
  default: amplePlan,
  registration: amplePlan,
  applications: {},
});

interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly Code: { readonly S3Key: string };
    readonly Environment: { readonly Variables: Record<string, unknown> };
  };
}

/**
 * Synthesizes a broker whose settings have all their defaults; and of the application's sandbox environment, which has more, the
 * other functions.
 */
export async function synthesizeFunction(): Promise<DeployedFunction> {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const assemblyDirectory = join(directory, 'cdk.out');
    synthesizeBroker(assemblyDirectory, {});
    const sharing = join(directory, 'sharing');
    synthesizeBroker(sharing, { sharedSessions: true });
    const further = join(directory, 'further');
    await synthesize(further, { environment: 'sandbox', example: 'shopfast' });
    const assembly = readCloudAssembly(further);
    return {
      assemblyDirectory,
      ...bundleOf(readCloudAssembly(assemblyDirectory), BROKER, resolved),
      portal: bundleOf(assembly, 'Portal-Service-Sandbox', resolvedOfPortal),
      sharing: bundleOf(readCloudAssembly(sharing), BROKER, {
        ...resolved,
        [EnvironmentVariable.sharedSessionsTableName]: SHARED_SESSIONS,
        [EnvironmentVariable.sharedSessionsKeyArn]: 'arn:aws:kms:eu-west-1:111122223333:key/shared-sessions',
      }),
      dataAccess: bundleOf(assembly, BROKER, {
        ...resolved,
        [DataAccessVariable.accessGrantsAccount]: deployment.accountId,
        [DataAccessVariable.identityContextsTableName]: 'IdentityContexts',
      }),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function synthesizeBroker(outdir: string, sandbox: object): void {
  const app = new App({ outdir, context: { environments: { sandbox } } });
  const [settings] = readSettings(app.node);
  if (!settings) throw new Error('there is no environment');
  new IdentityProviderStack(app, 'IdentityProvider-Service-Sandbox', settings);
  new ServiceStack(app, BROKER, settings);
  app.synth();
}

/** @throws Error where the stack has not one function */
function bundleOf(
  { stacks, assets }: CloudAssembly,
  stackName: string,
  references: Readonly<Record<string, string>>,
): DeployedBundle {
  const stack = stacks.find((candidate) => candidate.stackName === stackName);
  const resources = Object.values(stack?.template.Resources ?? {}) as unknown as FunctionResource[];
  const [found, ...others] = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const asset = assets.get(found?.Properties.Code.S3Key.replace(/\.zip$/, '') ?? '');
  if (!found || !asset || others.length > 0) throw new Error(`${stackName} has not one function`);
  return {
    bundlePath: join(asset, 'index.mjs'),
    bundleBytes: sizeOfModules(asset),
    variables: { ...literals(found.Properties.Environment.Variables), ...lambdaVariables, ...references },
  };
}

/** In the place of the template's references, and of plans that would refuse most of a measurement. */
const resolved = {
  [EnvironmentVariable.accessMetadataTableName]: 'AccessMetadata',
  [EnvironmentVariable.usagePlansTableName]: 'UsagePlans',
  [EnvironmentVariable.serviceRoleArn]: deployment.serviceRoleArn,
  [EnvironmentVariable.usagePlans]: amplePlans,
};

const resolvedOfPortal = {
  [PortalVariable.url]: 'https://portal.example.com/',
  [PortalVariable.sessionsTableName]: 'Sessions',
  [PortalVariable.usersTableName]: 'Users',
  [PortalVariable.signInsTableName]: 'SignIns',
  [PortalVariable.signingKeyArn]: 'arn:aws:kms:eu-west-1:111122223333:key/portal',
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const lambdaVariables = {
  AWS_REGION: 'eu-west-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'IAMSessionBroker',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency',
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
  AWS_SECRET_ACCESS_KEY: 'function-secret',
  AWS_SESSION_TOKEN: 'function-session-token',
};

function sizeOfModules(directory: string): number {
  const modules = readdirSync(directory).filter((name) => name.endsWith('.mjs'));
  return modules.reduce((bytes, name) => bytes + statSync(join(directory, name)).size, 0);
}

function literals(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
