// The sandbox: one AWS account on loopback with this project's stacks deployed in it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account/account.ts';
import { firstAccount, openAccount } from './account/accounts.ts';
import { Faults } from './account/faults.ts';
import { Trail } from './account/trail.ts';
import { startAwsEndpoint } from './aws-endpoint/aws-endpoint.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import { clientEnvironment } from './client-environment.ts';
import { CustomResources } from './custom-resources/custom-resources.ts';
import { deployStack } from './deployment.ts';
import { startHttpApiEndpoint } from './http-api/endpoint.ts';
import { Identities } from './identities/identities.ts';
import type { DirectoryUser } from './identity-providers/users.ts';
import { type JwksEndpoint, startJwksEndpoint } from './jwks-endpoint.ts';
import { KmsKeys } from './kms-keys/kms-keys.ts';
import { Functions } from './lambda/functions.ts';
import { portalVariable } from './lambda/portal-variables.ts';
import { LogGroups } from './log-groups.ts';
import { requireFreePorts } from './loopback-listener.ts';
import type { Portal, PortalOptions } from './portal.ts';
import type { Surroundings } from './resources/resource-type.ts';
import { type DynamoDb, startDynamoDb } from './services/dynamodb/dynalite.ts';
import { services } from './services/index.ts';
import { Shutdown } from './shutdown.ts';
import { Stacks } from './stacks.ts';
import { readCloudAssembly } from './templates/cloud-assembly.ts';
import { requireEnvironment } from './templates/environments.ts';
import { portalStackOf } from './templates/portal-stack.ts';
import { placeOf, selectStacks } from './templates/stack-selection.ts';
import { synthesize } from './templates/synthesis.ts';
import type { Template } from './templates/template.ts';
import { requireWritable } from './writable.ts';

/** The example of cdk.json that has data access. */
const SHOPFAST = 'shopfast';

export interface SandboxOptions {
  /**
   * The AWS endpoint's. The HTTP API has the next, JWK sets the second after it; with a portal, this the third, identity providers
   * the fourth, AWS's sign-in and the console the fifth; further HTTP APIs those from the sixth on. 0, the default: any free ones.
   */
  readonly port?: number;
  /** A cloud assembly to deploy; by default what is deployed is synthesized afresh. */
  readonly assemblyDirectory?: string;
  /** Whose stacks to deploy, in any case: those whose names end in `-NAME`. Default `sandbox`. */
  readonly environment?: string;
  /** Stacks to deploy, by name, instead of all of an environment's; without `environment` they may be of any. */
  readonly stacks?: readonly string[];
  /**
   * Whether the environment has what cdk.json's example has besides: a broker with data access, and, where no stacks are named, those of
   * S3 Access Grants and IAM Identity Center. They take half a second. Default false.
   */
  readonly dataAccess?: boolean;
  /** Changes a template before it is deployed; for tests of what happens without a part of it. */
  readonly amendTemplate?: (stackName: string, template: Template) => void;
  /** Execution environments of one function at once; requests beyond wait in order. Default 8. */
  readonly maxEnvironments?: number;
  /** For stacks that name no region. Default `eu-west-1`. */
  readonly region?: string;
  /** For stacks that name no account. Twelve digits; default `111122223333`. */
  readonly accountId?: string;
  /** Accounts beside the stacks' own, by number; none has more than IAM, STS, S3 and IAM Identity Center. */
  readonly otherAccounts?: readonly string[];
  /** Milliseconds since the epoch; default `Date.now`. Functions go by the machine's clock all the same. */
  readonly now?: () => number;
  /** See {@link Account.allowsAll}. Signatures are verified all the same. */
  readonly allowsAll?: boolean;
  /** Who can sign in to a portal, beside those of identity-providers/users.ts. */
  readonly portalUsers?: readonly DirectoryUser[];
  /** Told what is being done, while starting. */
  readonly onProgress?: (line: string) => void;
  /** Gives up a start that is under way: rejects with its reason, at the next step or in mid-synthesis. */
  readonly signal?: AbortSignal | undefined;
}

export interface Sandbox {
  readonly account: Account;
  /** What AWS clients need: `AWS_ENDPOINT_URL`, an administrator's key, `ISB_API_ENDPOINT`, … */
  readonly environment: Readonly<Record<string, string>>;
  readonly functions: Functions;
  /** Further stacks: an application's beside the broker's. */
  readonly stacks: Stacks;
  readonly jwks: JwksEndpoint;
  readonly dynamoDb: DynamoDb;
  /** Where one is deployed: its identity providers, and AWS's sign-in. */
  readonly portal: Portal | undefined;
  /** The certificate of the authority that signed the JWK set endpoint's, as PEM. */
  readonly caCertificate: string;
  readonly logGroups: LogGroups;
  /** Everything that functions and the HTTP API have logged: the newest 20,000 lines of each log group. */
  logs(): string[];
  /** Ends all processes, closes all sockets, removes all files; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Resolves once the stacks are deployed and provisioned. A start that fails leaves nothing behind. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function start(options: SandboxOptions, shutdown: Shutdown): Promise<Sandbox> {
  const { port = 0, now = Date.now, stacks, environment = 'sandbox', dataAccess = false } = options;
  // Where stacks are named, they may be of any environment.
  const chosen = stacks ? options.environment : environment;
  const progress = (line: string): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(line);
  };
  const portAt = (offset: number): number => (port === 0 ? 0 : port + offset);

  // Synthesis takes seconds: too long to be told only then of an unknown environment, or that a port is in use.
  if (chosen !== undefined) requireEnvironment(chosen, options.assemblyDirectory);
  if (port !== 0) await requireFreePorts([portAt(0), portAt(1), portAt(2)]);
  await requireWritable(tmpdir(), 'set TMPDIR to a folder that can');
  const directory = await mkdtemp(join(tmpdir(), 'iam-session-broker-'));
  shutdown.add(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const assemblyDirectory = options.assemblyDirectory ?? join(directory, 'cdk.out');
  if (!options.assemblyDirectory) {
    progress('synthesizing the CDK application');
    const example = dataAccess ? SHOPFAST : undefined;
    await synthesize(assemblyDirectory, { environment: chosen, stacks, example, signal: options.signal });
  }
  const assembly = readCloudAssembly(assemblyDirectory);
  const selected = selectStacks(assembly.stacks, stacks ? { stacks } : { environment, dataAccess });
  const { accountId = '111122223333', region = 'eu-west-1' } = options;
  const place = placeOf(selected, { accountId, region });
  const portalStack = portalStackOf(selected, portalVariable.url);
  if (portalStack !== undefined && port !== 0) await requireFreePorts([portAt(3), portAt(4), portAt(5)]);

  progress('starting the endpoints');
  const { caPem, certPem, keyPem } = await createCertificateAuthority(['localhost', '127.0.0.1', '::1']);
  const caCertificatePath = join(directory, 'ca.pem');
  await writeFile(caCertificatePath, caPem);

  const dynamoDb = await startDynamoDb();
  shutdown.add(() => dynamoDb.close());
  const logGroups = new LogGroups(now);
  const userPools: Account['userPools'] = new Map();
  const faults = new Faults();
  const trail = new Trail();
  const jwks = await startJwksEndpoint(() => userPools, faults, { port: portAt(2), certPem, keyPem, trail });
  shutdown.add(() => jwks.close());
  const identities = new Identities({ accountId: place.accountId, now });
  const account = firstAccount({
    ...place,
    partition: 'aws',
    now,
    identities,
    kmsKeys: new KmsKeys({ ...place, now, identities }),
    buckets: new Map(),
    userPools,
    certificates: new Map(),
    aliasRecords: [],
    logGroups,
    queryDefinitions: [],
    logQueries: new Map(),
    stacks: new Map(),
    dynamoDbEndpoint: dynamoDb.url,
    issuerBaseUrl: jwks.url,
    trail,
    faults,
    allowsAll: options.allowsAll ?? false,
  });
  for (const accountId of options.otherAccounts ?? []) openAccount(account, accountId);
  const awsEndpoint = await startAwsEndpoint(account, services, { port: portAt(0) });
  shutdown.add(() => awsEndpoint.close());
  const httpApi = await startHttpApiEndpoint({
    port: portAt(1),
    ...(portalStack !== undefined && { portal: { stackName: portalStack, port: portAt(3) } }),
    furtherPort: (number) => portAt(6 + number),
    account,
    logGroups,
  });
  shutdown.add(() => httpApi.close());

  const portal =
    portalStack === undefined
      ? undefined
      : await startPortal(
          { account, awsEndpointUrl: awsEndpoint.url, users: options.portalUsers },
          portAt,
          shutdown,
        );

  const functions = new Functions({
    ...place,
    identities: account.identities,
    logGroups,
    now,
    awsEndpointUrl: awsEndpoint.url,
    caCertificatePath,
    maxEnvironments: options.maxEnvironments ?? 8,
  });
  shutdown.add(() => functions.close());

  const customResources = new CustomResources({ account, functions });
  shutdown.add(() => customResources.close());
  const surroundings: Surroundings = {
    account,
    functions,
    httpApis: httpApi.apis,
    logGroups,
    assets: assembly.assets,
    codeDirectory: directory,
    customResources,
    portal,
  };

  for (const stack of selected) {
    progress(`deploying ${stack.stackName}`);
    options.amendTemplate?.(stack.stackName, stack.template);
    await deployStack(stack, surroundings);
  }
  for (const remark of functions.remarks()) progress(remark);
  const portalVariables = await portal?.open(surroundings);
  options.signal?.throwIfAborted();

  return {
    account,
    environment: {
      ...clientEnvironment(account, httpApi.apis, { awsEndpointUrl: awsEndpoint.url, caCertificatePath }),
      ...portalVariables,
    },
    functions,
    stacks: new Stacks(surroundings),
    jwks,
    dynamoDb,
    portal,
    caCertificate: caPem,
    logGroups,
    logs: () => logGroups.lines(),
    stop: () => shutdown.run(),
  };
}

/** What it needs takes long to load, and most sandboxes have no portal. */
async function startPortal(
  options: Omit<PortalOptions, 'ports'>,
  portAt: (offset: number) => number,
  shutdown: Shutdown,
): Promise<Portal> {
  const { Portal: Started } = await import('./portal.ts');
  const ports = { identityProviders: portAt(4), signIn: portAt(5) };
  return Started.start({ ...options, ports }, shutdown);
}
