// The probe's setup: an application of its own, a stranger, a user, and a bucket with the data of two tenants.
import { AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Cleanup } from '../client/account/cleanup.ts';
import { createUser, deleteUser } from '../client/account/pool-user.ts';
import {
  type Account,
  accessPolicy,
  accessTrustPolicy,
  createRole,
  credentialsPolicy,
  deleteRole,
  INVOKE_CREDENTIALS,
  type PolicyDocument,
  pinnedTo,
  serviceTrustPolicy,
} from '../client/account/roles.ts';
import { createBucket, deleteBucket } from '../client/account/tenant-bucket.ts';
import { within } from './check.ts';
import { deregister, register } from './registration.ts';
import { ownPoolOf, SESSION_TAG_KEY, type SetupParts } from './setup-parts.ts';

/** Creates all of it; what to undo is added to the cleanup before it is done. Returns the user's password. */
export async function setUp(parts: SetupParts, cleanup: Cleanup): Promise<string | undefined> {
  const { clients, patience } = parts;
  patience.signal?.throwIfAborted();
  addRemovals(parts, cleanup);
  await createBucket(clients.s3, bucketOf(parts));
  patience.signal?.throwIfAborted();
  const password = await createProbeUser(parts);
  patience.signal?.throwIfAborted();
  await createRoles(parts);
  patience.signal?.throwIfAborted();
  await register(parts);
  return password;
}

/** How to remove what {@link setUp} creates, or as much of it as there is. */
export function addRemovals(parts: SetupParts, cleanup: Cleanup): void {
  const { clients, names, patience, timeoutMs } = parts;
  // One that hangs keeps none of the others from being removed.
  const add = (what: string, remove: () => Promise<unknown>, atMostMs = timeoutMs) =>
    cleanup.add(what, () => within(atMostMs, remove()));
  add(`the bucket ${names.bucket}`, () => deleteBucket(clients.s3, bucketOf(parts)));
  const pool = ownPoolOf(parts);
  if (pool) {
    const user = { userPoolId: pool.id, username: names.user };
    add(`the user ${names.user}`, () => deleteUser(clients.cognito, user));
  }
  for (const role of [names.access, names.stranger]) {
    add(`the role ${role}`, () => deleteRole(clients.iam, role));
  }
  // Together, for without a registrar nobody but the role itself can remove its registration.
  const removeApplication = async () => {
    await deregister(parts);
    await deleteRole(clients.iam, names.application);
  };
  add(
    `the registration and the role ${names.application}`,
    removeApplication,
    timeoutMs + patience.patienceMs,
  );
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
  await createRole(clients.iam, names.access, pinnedTo(names.application, trust), {
    [names.access]: accessPolicy(account, names.bucket, SESSION_TAG_KEY),
  });

  const runtime = { [INVOKE_CREDENTIALS]: credentialsPolicy(account) };
  patience.signal?.throwIfAborted();
  await createRole(clients.iam, names.application, serviceTrustPolicy(account), {
    ...runtime,
    ReadBothTenants: readPolicy(account, names.bucket),
  });
  patience.signal?.throwIfAborted();
  await createRole(clients.iam, names.stranger, serviceTrustPolicy(account), runtime);
}

/** What the check of the other tenant's data is held against: that it is there to be read. */
function readPolicy({ partition }: Account, bucket: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:${partition}:s3:::${bucket}/*` }],
  };
}

function bucketOf({ account, names, tenant, otherTenant }: SetupParts) {
  return { bucket: names.bucket, region: account.region, tenants: [tenant, otherTenant] };
}
