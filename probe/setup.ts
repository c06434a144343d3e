// The probe's setup: an application of its own, a stranger, a user, and a bucket with the data of two tenants.
import { AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { Cleanup } from '../client/account/cleanup.ts';
import type { Clients } from '../client/account/clients.ts';
import { type Patience, patiently } from '../client/account/patience.ts';
import { createUser, deleteUser } from '../client/account/pool-user.ts';
import {
  type Account,
  accessPolicy,
  accessTrustPolicy,
  createRole,
  deleteRole,
  pinnedTo,
  servicePolicy,
  serviceTrustPolicy,
} from '../client/account/roles.ts';
import { createBucket, deleteBucket } from '../client/account/tenant-bucket.ts';
import { type Api, type Credentials, callBroker, leavesNothingRegistered } from '../client/broker-client.ts';
import { told } from './answer.ts';
import { ProbeError, within } from './check.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';
import { assumeRole } from './subject.ts';

export interface SetupParts {
  readonly clients: Clients;
  readonly account: Account;
  readonly deployment: Deployment;
  readonly api: Api;
  readonly names: Names;
  readonly tenant: string;
  readonly otherTenant: string;
  readonly claimName: string;
  /** An identity provider other than the user pool of the deployment; no user is created then. */
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  /** Of the user; made up where absent. */
  readonly password?: string | undefined;
  /** For what is eventually consistent; its signal ends the setup between two steps. */
  readonly patience: Patience;
  /** Of each removal. */
  readonly timeoutMs: number;
}

const SESSION_TAG_KEY = 'TenantID';

/** Creates all of it; what to undo is added to the cleanup before it is done. Returns the user's password. */
export async function setUp(parts: SetupParts, cleanup: Cleanup): Promise<string | undefined> {
  const { clients, account, names, patience } = parts;
  patience.signal?.throwIfAborted();
  addRemovals(parts, cleanup);
  await createBucket(clients.s3, bucketOf(parts));
  patience.signal?.throwIfAborted();
  const password = await createProbeUser(parts);
  patience.signal?.throwIfAborted();
  await createRoles(parts);
  patience.signal?.throwIfAborted();
  const application = await patiently(patience, () =>
    assumeRole(clients.sts, arnOf(account, names.application)),
  );
  patience.signal?.throwIfAborted();
  await patiently(patience, () => register(parts, application));
  return password;
}

/** How to remove what {@link setUp} creates, or as much of it as there is. */
export function addRemovals(parts: SetupParts, cleanup: Cleanup): void {
  const { clients, names, timeoutMs } = parts;
  // One that hangs keeps none of the others from being removed.
  const add = (what: string, remove: () => Promise<unknown>) =>
    cleanup.add(what, () => within(timeoutMs, remove()));
  add(`the bucket ${names.bucket}`, () => deleteBucket(clients.s3, bucketOf(parts)));
  const pool = ownPoolOf(parts);
  if (pool) {
    const user = { userPoolId: pool.id, username: names.user };
    add(`the user ${names.user}`, () => deleteUser(clients.cognito, user));
  }
  for (const role of [names.access, names.stranger]) {
    add(`the role ${role}`, () => deleteRole(clients.iam, role));
  }
  // Together, for nobody but the role itself can remove its registration.
  add(`the registration and the role ${names.application}`, async () => {
    if (!(await isThere(clients.iam, names.application))) return;
    await deregister(parts);
    await deleteRole(clients.iam, names.application);
  });
}

async function isThere(iam: IAMClient, roleName: string): Promise<boolean> {
  try {
    await iam.send(new GetRoleCommand({ RoleName: roleName }));
    return true;
  } catch (error) {
    if ((error as Error).name.startsWith('NoSuchEntity')) return false;
    throw error;
  }
}

/** The code has to be the broker's: a gateway answers 404, too, to a name that it does not serve. */
async function deregister({ clients, account, api, names }: SetupParts): Promise<void> {
  const application = await assumeRole(clients.sts, arnOf(account, names.application));
  const answer = await callBroker(api, { method: 'DELETE', path: 'applications' }, application);
  if (!leavesNothingRegistered(answer))
    throw new ProbeError(`the deregistration was refused: ${told(answer)}`);
}

export function arnOf({ accountId, partition }: Account, roleName: string): string {
  return `arn:${partition}:iam::${accountId}:role/${roleName}`;
}

async function createProbeUser(parts: SetupParts): Promise<string | undefined> {
  const { clients, names, claimName, tenant } = parts;
  const pool = ownPoolOf(parts);
  if (!pool) return undefined;
  const user = { userPoolId: pool.id, username: names.user };
  const { password } = await createUser(clients.cognito, user, { [claimName]: tenant });
  if (parts.password === undefined) return password;
  await clients.cognito.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: pool.id,
      Username: names.user,
      Password: parts.password,
      Permanent: true,
    }),
  );
  return parts.password;
}

async function createRoles(parts: SetupParts): Promise<void> {
  const { clients, account, deployment, names, patience } = parts;
  const trust = accessTrustPolicy(account, deployment.servicePrincipalRoleName);
  await createRole(
    clients.iam,
    names.access,
    pinnedTo(names.application, trust),
    accessPolicy(account, names.bucket, SESSION_TAG_KEY),
  );

  const invoke = servicePolicy(account);
  const readBoth = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: `arn:${account.partition}:s3:::${names.bucket}/*`,
  };
  const own = { ...invoke, Statement: [...invoke.Statement, readBoth] };
  patience.signal?.throwIfAborted();
  await createRole(clients.iam, names.application, serviceTrustPolicy(account), own);
  patience.signal?.throwIfAborted();
  await createRole(clients.iam, names.stranger, serviceTrustPolicy(account), invoke);
}

async function register(parts: SetupParts, application: Credentials): Promise<void> {
  const { api, names, claimName } = parts;
  const pool = ownPoolOf(parts);
  const jwksUrl = parts.jwksUrl ?? pool?.jwksUrl;
  const issuer = parts.issuer ?? pool?.jwksUrl.replace(/\/\.well-known\/jwks\.json$/, '');
  const body = {
    AccessRoleName: names.access,
    SessionTagKey: SESSION_TAG_KEY,
    JWTClaimName: claimName,
    JWKSetURL: jwksUrl,
    ...(issuer !== undefined && { Issuer: issuer }),
    ...(pool && { Audience: pool.clientId, TokenUse: 'id' }),
    SessionDurationSeconds: 900,
  };
  const answer = await callBroker(api, { method: 'POST', path: 'applications', body }, application);
  if (answer.status === 201) return;
  throw new ProbeError(`the registration was refused: ${told(answer)}`);
}

function ownPoolOf({ jwksUrl, deployment }: SetupParts): Deployment['userPool'] {
  return jwksUrl === undefined ? deployment.userPool : undefined;
}

function bucketOf({ account, names, tenant, otherTenant }: SetupParts) {
  return { bucket: names.bucket, region: account.region, tenants: [tenant, otherTenant] };
}
