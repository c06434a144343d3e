// The preparation: from the options to what is probed, created for this run or found where it stands.
import { randomBytes } from 'node:crypto';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Cleanup } from '../client/account/cleanup.ts';
import { type ClientConfig, type Clients, createClients } from '../client/account/clients.ts';
import type { Account } from '../client/account/roles.ts';
import type { Api, Credentials } from '../client/broker-client.ts';
import { ProbeError } from './check.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import { type Names, namesOf } from './names.ts';
import { isLoopback, type Options } from './options.ts';
import { setUp } from './setup.ts';
import { arnOf, type SetupParts } from './setup-parts.ts';
import { assumeRole, type Subject, tokenOfCommand, tokenOfUser } from './subject.ts';

/** How long AWS takes, at most, until a role that was created can be assumed everywhere. */
const AWS_PATIENCE_MS = 60_000;

/** Of a check's time, what one request of it may take. */
export const REQUEST_SHARE = 0.9;

export interface Preparation {
  readonly clientConfig: ClientConfig;
  readonly clients: Clients;
}

export function prepare({ region, awsEndpointUrl }: Options): Preparation {
  const clientConfig = {
    region,
    ...(awsEndpointUrl !== undefined && { endpoint: awsEndpointUrl, forcePathStyle: true }),
  };
  return { clientConfig, clients: createClients(clientConfig) };
}

export interface SetupVariant {
  /** Of the names; empty by default. */
  readonly suffix?: string;
  /** Ends the setup between two steps. */
  readonly signal?: AbortSignal;
}

/** What the setup works on: of `--setup` and `--teardown`, and of a run in the sandbox. */
export async function setupParts(
  options: Options,
  clients: Clients,
  { suffix, signal }: SetupVariant = {},
): Promise<SetupParts> {
  const account = await findAccount(clients.sts, options.region);
  const deployment = await findDeployment(clients.cloudFormation, options.environment);
  return {
    clients,
    account,
    deployment,
    api: apiOf(options, deployment),
    names: namesOf(account, suffix),
    tenant: options.tenant,
    otherTenant: options.otherTenant,
    claimName: options.claimName,
    jwksUrl: options.jwksUrl,
    issuer: options.issuer,
    password: options.password,
    registrar:
      options.registrarRole === undefined
        ? undefined
        : sessionSource(options.registrarRole, account, clients.sts),
    patience: { patienceMs: options.awsEndpointUrl === undefined ? AWS_PATIENCE_MS : 0, signal },
    timeoutMs: options.timeoutMs,
  };
}

/** The sandbox serves the API where it says, whatever domain name the stack puts out. */
function apiOf(options: Options, deployment: Deployment): Api {
  const { endpoint, region, resolve, awsEndpointUrl } = options;
  const timeoutMs = requestTimeoutOf(options);
  if (endpoint !== undefined && isLoopback(awsEndpointUrl)) return { endpoint, region, resolve, timeoutMs };
  return { endpoint: deployment.endpoint, region, timeoutMs };
}

/** Shorter than its check's: a request knows which address it is that does not answer. */
function requestTimeoutOf({ timeoutMs }: Options): number {
  return Math.round(REQUEST_SHARE * timeoutMs);
}

/** Creates what is probed, under names that no other run has. */
export async function subjectOfOwn(
  options: Options,
  { clientConfig, clients }: Preparation,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<Subject> {
  const suffix = `-${randomBytes(4).toString('hex')}`;
  const parts = await setupParts(options, clients, { suffix, signal });
  const password = await setUp(parts, cleanup);
  const { account, api, deployment, names, tenant, otherTenant, claimName } = parts;
  if (!deployment.userPool || password === undefined) {
    throw new ProbeError('no identity provider is deployed beside the broker');
  }
  const login = { clientId: deployment.userPool.clientId, username: names.user, password };
  return {
    api,
    clientConfig,
    bucket: names.bucket,
    tenant,
    otherTenant,
    claimName,
    token: tokenOfUser(clients.cognito, login),
    ...extrasOf(options),
    application: () => assumeRole(clients.sts, arnOf(account, names.application)),
    stranger: () => assumeRole(clients.sts, arnOf(account, names.stranger)),
  };
}

/** Finds what `--setup`, or the operator, has created before. */
export async function subjectOfDeployed(
  options: Options,
  { clientConfig, clients }: Preparation,
): Promise<Subject> {
  const account = await findAccount(clients.sts, options.region);
  const names = namesOf(account);
  return {
    api: {
      endpoint: options.endpoint ?? '',
      region: options.region,
      resolve: options.resolve,
      timeoutMs: requestTimeoutOf(options),
    },
    clientConfig,
    bucket: options.bucket ?? names.bucket,
    tenant: options.tenant,
    otherTenant: options.otherTenant,
    claimName: options.claimName,
    token: tokenSource(options, clients, names),
    ...extrasOf(options),
    application: sessionSource(options.applicationRole ?? names.application, account, clients.sts),
    stranger: sessionSource(options.strangerRole ?? names.stranger, account, clients.sts),
  };
}

/** What is tried only where the options say so. */
function extrasOf({
  all,
  expiredTokenCommand,
  timeoutMs,
}: Options): Pick<Subject, 'expiredToken' | 'showsToken'> {
  return {
    expiredToken:
      expiredTokenCommand === undefined ? undefined : tokenOfCommand(expiredTokenCommand, timeoutMs),
    showsToken: all,
  };
}

function tokenSource(options: Options, clients: Clients, names: Names): () => Promise<string> {
  const { tokenCommand, userPoolClient = '', username = names.user, password = '', timeoutMs } = options;
  if (tokenCommand !== undefined) return tokenOfCommand(tokenCommand, timeoutMs);
  return tokenOfUser(clients.cognito, { clientId: userPoolClient, username, password });
}

function sessionSource(role: string, account: Account, sts: STSClient): () => Promise<Credentials> {
  if (role === 'none') {
    return async () => {
      const { credentials } = sts.config;
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    };
  }
  return () => assumeRole(sts, role.startsWith('arn:') ? role : arnOf(account, role));
}

async function findAccount(sts: STSClient, region: string): Promise<Account> {
  const { Account: accountId = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { accountId, region, partition: Arn.split(':')[1] ?? 'aws' };
}
