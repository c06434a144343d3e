// The sandbox: one AWS account on loopback with this project's stacks deployed in it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { startAwsEndpoint } from './aws-endpoint.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import { readCloudAssembly, synthesize } from './cloud-assembly.ts';
import { deployStack } from './deployment.ts';
import { Faults } from './faults.ts';
import { startHttpApiEndpoint } from './http-api/endpoint.ts';
import { Identities } from './identities.ts';
import { type JwksEndpoint, startJwksEndpoint } from './jwks-endpoint.ts';
import { Functions } from './lambda/functions.ts';
import { LogGroups } from './log-groups.ts';
import { type DynamoDb, startDynamoDb } from './services/dynamodb/dynalite.ts';
import { services } from './services/index.ts';
import { Shutdown } from './shutdown.ts';
import type { Template } from './template.ts';
import { Trail } from './trail.ts';

export interface SandboxOptions {
  /** The AWS endpoint's; the HTTP API takes the next, the JWK set endpoint the one after. 0, the default: any free ones. */
  readonly port?: number;
  /** A cloud assembly to deploy; by default the project is synthesized afresh. */
  readonly assemblyDirectory?: string;
  /** Stacks to deploy, by name; default: the identity provider and the broker of the environment `Sandbox`. */
  readonly stacks?: readonly string[];
  /** Changes a template before it is deployed; for tests of what happens without a part of it. */
  readonly amendTemplate?: (stackName: string, template: Template) => void;
  /** Execution environments of one function at once; requests beyond wait in order. Default 8. */
  readonly maxEnvironments?: number;
  /** Default `eu-west-1`. */
  readonly region?: string;
  /** Twelve digits; default `111122223333`. */
  readonly accountId?: string;
  /** Milliseconds since the epoch; default `Date.now`. Functions go by the machine's clock all the same. */
  readonly now?: () => number;
  /** Told what is being done, while starting. */
  readonly onProgress?: (line: string) => void;
  /** Gives up a start that is under way: rejects with its reason, at the next step or in mid-synthesis. */
  readonly signal?: AbortSignal;
}

export interface Sandbox {
  readonly account: Account;
  /** What AWS clients need: `AWS_ENDPOINT_URL`, an administrator's key, `ISB_API_ENDPOINT`, … */
  readonly environment: Readonly<Record<string, string>>;
  readonly functions: Functions;
  readonly jwks: JwksEndpoint;
  readonly dynamoDb: DynamoDb;
  /** The certificate of the authority that signed the JWK set endpoint's, as PEM. */
  readonly caCertificate: string;
  readonly logGroups: LogGroups;
  /** Everything that functions and the HTTP API have logged: the newest 20,000 lines of each log group. */
  logs(): string[];
  /** Ends all processes, closes all sockets, removes all files; a second call waits for the first. */
  stop(): Promise<void>;
}

const defaultStacks = ['IdentityProvider-Service-Sandbox', 'IAMSessionBroker-Service-Sandbox'];

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
  const { port = 0, region = 'eu-west-1', accountId = '111122223333', now = Date.now } = options;
  const progress = (line: string): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(line);
  };
  const portAt = (offset: number): number => (port === 0 ? 0 : port + offset);

  progress('starting the endpoints');
  const directory = await mkdtemp(join(tmpdir(), 'iam-session-broker-'));
  shutdown.add(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const { caPem, certPem, keyPem } = await createCertificateAuthority(['localhost', '127.0.0.1', '::1']);
  const caCertificatePath = join(directory, 'ca.pem');
  await writeFile(caCertificatePath, caPem);

  const dynamoDb = await startDynamoDb();
  shutdown.add(() => dynamoDb.close());
  const userPools: Account['userPools'] = new Map();
  const faults = new Faults();
  const trail = new Trail();
  const jwks = await startJwksEndpoint(() => userPools, faults, { port: portAt(2), certPem, keyPem, trail });
  shutdown.add(() => jwks.close());
  const account: Account = {
    accountId,
    region,
    partition: 'aws',
    now,
    identities: new Identities({ accountId, now }),
    buckets: new Map(),
    userPools,
    stacks: new Map(),
    dynamoDbEndpoint: dynamoDb.url,
    issuerBaseUrl: jwks.url,
    trail,
    faults,
  };
  const awsEndpoint = await startAwsEndpoint(account, services, { port: portAt(0) });
  shutdown.add(() => awsEndpoint.close());
  const logGroups = new LogGroups();
  const httpApi = await startHttpApiEndpoint({ port: portAt(1), account, logGroups });
  shutdown.add(() => httpApi.close());

  const functions = new Functions({
    accountId,
    region,
    identities: account.identities,
    logGroups,
    now,
    awsEndpointUrl: awsEndpoint.url,
    caCertificatePath,
    maxEnvironments: options.maxEnvironments ?? 8,
  });
  shutdown.add(() => functions.close());

  const assemblyDirectory = options.assemblyDirectory ?? join(directory, 'cdk.out');
  if (!options.assemblyDirectory) {
    progress('synthesizing the CDK application');
    await synthesize(assemblyDirectory, options.signal);
  }
  const assembly = readCloudAssembly(assemblyDirectory);
  for (const stack of selectStacks(assembly.stacks, options.stacks ?? defaultStacks)) {
    progress(`deploying ${stack.stackName}`);
    options.amendTemplate?.(stack.stackName, stack.template);
    await deployStack(stack, {
      account,
      functions,
      httpApis: httpApi.apis,
      logGroups,
      assets: assembly.assets,
    });
  }
  options.signal?.throwIfAborted();

  return {
    account,
    environment: clientEnvironment(account, awsEndpoint.url, caCertificatePath),
    functions,
    jwks,
    dynamoDb,
    caCertificate: caPem,
    logGroups,
    logs: () => logGroups.lines(),
    stop: () => shutdown.run(),
  };
}

/** In the assembly's order, which is that of their dependencies. */
function selectStacks<S extends { stackName: string }>(stacks: readonly S[], names: readonly string[]): S[] {
  const missing = names.filter((name) => !stacks.some(({ stackName }) => stackName === name));
  if (missing.length > 0) throw new Error(`the cloud assembly has no stack ${missing.join(', ')}`);
  return stacks.filter(({ stackName }) => names.includes(stackName));
}

/** A stack that was not deployed, or has no such output, adds no variable. */
function clientEnvironment(
  { region, identities, stacks }: Account,
  awsEndpointUrl: string,
  caCertificatePath: string,
): Record<string, string> {
  const outputs = [...stacks.values()].flatMap((stack) => stack.outputs);
  const fromOutput = (variable: string, key: string): Record<string, string> => {
    const output = outputs.find((candidate) => candidate.key === key);
    return output ? { [variable]: output.value } : {};
  };
  return {
    AWS_ENDPOINT_URL: awsEndpointUrl,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: identities.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identities.administrator.secretAccessKey,
    ...fromOutput('ISB_API_ENDPOINT', 'APIEndpoint'),
    ...fromOutput('ISB_JWKS_URL', 'JWKSetURL'),
    NODE_EXTRA_CA_CERTS: caCertificatePath,
  };
}
