// The deployed stack of S3 Access Grants: its template changed where a test says so, objects, and what its roles can do then.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetDataAccessCommand,
  ListCallerAccessGrantsCommand,
  type Permission,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { inject } from 'vitest';
import type { GrantRequest } from '../../../sandbox/access-grants/grants.ts';
import { authorizeLocationRole } from '../../../sandbox/authorization/location-role.ts';
import type { Role } from '../../../sandbox/identities/identities.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { readCloudAssembly } from '../../../sandbox/templates/cloud-assembly.ts';
import type { Template } from '../../../sandbox/templates/template.ts';

export const ACCESS_GRANTS = 'AccessGrants-Service-Sandbox';
export const IDENTITY_CENTER = 'IdentityCenter-Service-Sandbox';

export type Amend = (template: Template) => void;
type SessionOptions = Parameters<Sandbox['account']['identities']['issueSession']>[1];

/** A copy of the synthesized template. */
export function templateOf(stackName: string): Template {
  const found = readCloudAssembly(inject('assemblyDirectory')).stacks.find(
    (stack) => stack.stackName === stackName,
  );
  if (!found) throw new Error(`the assembly has no ${stackName}`);
  return structuredClone(found.template);
}

export class GrantedData {
  readonly #sandbox: Sandbox;
  #grantIds: string[] = [];

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** With an object in each department's folder, and one in a bucket that is no location. */
  async deploy(amend: Amend = () => {}): Promise<void> {
    const template = templateOf(ACCESS_GRANTS);
    amend(template);
    await this.#sandbox.stacks.create({ stackName: ACCESS_GRANTS, template });
    this.put('shopfast-data', 'users/user_list');
    this.put('private', 'users/user_list');
  }

  /** Of what the first location has, besides the template's. */
  grant(request: Omit<GrantRequest, 'locationId'>): void {
    const { locations, grants } = this.#sandbox.account.accessGrants;
    const { grantId } = grants.create({ locationId: String(locations.all[0]?.locationId), ...request });
    this.#grantIds.push(grantId);
  }

  /** With all that is in its buckets, and what was granted beside. */
  async delete(): Promise<void> {
    for (const grantId of this.#grantIds) this.#sandbox.account.accessGrants.grants.delete(grantId);
    this.#grantIds = [];
    for (const { objects } of this.#sandbox.account.buckets.values()) objects.clear();
    await this.#sandbox.stacks.delete(ACCESS_GRANTS);
  }

  put(bucket: string, key: string): void {
    const { buckets, now } = this.#sandbox.account;
    const found = buckets.get(bucket) ?? { name: bucket, createdAt: now(), objects: new Map() };
    buckets.set(bucket, found);
    const object = { contentType: 'text/plain', etag: '0'.repeat(32), lastModified: now() };
    found.objects.set(key, { ...object, body: Buffer.from(`${bucket}/${key}`) });
  }

  get locationRole(): Role {
    const { accessGrants } = this.#sandbox.account;
    return this.role(String(accessGrants.locations.all[0]?.roleArn).split('/').at(-1) as string);
  }

  role(name: string): Role {
    return this.#sandbox.account.identities.role(name);
  }

  session(role: Role, more: Partial<SessionOptions> = {}) {
    const { account, environment } = this.#sandbox;
    const { expiresAt: _, ...credentials } = account.identities.issueSession(role, {
      sessionName: 'test',
      durationSeconds: 3_600,
      ...more,
    });
    const endpoint = environment['AWS_ENDPOINT_URL'] as string;
    return { endpoint, region: account.region, maxAttempts: 1, credentials } as const;
  }

  /** Whether STS gives S3 Access Grants a session of the location role, on behalf of an instance. */
  letsIn(instanceArn: string): boolean {
    return authorizeLocationRole(this.#sandbox.account, {
      role: this.locationRole,
      sessionName: 'access-grants-test',
      instanceArn,
      sourceIdentity: undefined,
      identityContext: undefined,
    }).allowed;
  }

  s3(by: ReturnType<GrantedData['session']>): S3Client {
    return new S3Client({ ...by, forcePathStyle: true });
  }

  async ask(by: ReturnType<GrantedData['session']>, Target: string, permission: Permission) {
    const { Credentials, Grantee, MatchedGrantTarget } = await this.#control(by).send(
      new GetDataAccessCommand({
        AccountId: this.#sandbox.account.accountId,
        Target,
        Permission: permission,
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    return { Grantee, MatchedGrantTarget, vended: { ...by, credentials } };
  }

  list(by: ReturnType<GrantedData['session']>) {
    const { accountId: AccountId } = this.#sandbox.account;
    return this.#control(by).send(
      new ListCallerAccessGrantsCommand({ AccountId, AllowedByApplication: true }),
    );
  }

  #control(by: ReturnType<GrantedData['session']>): S3ControlClient {
    // S3 Control's clients put the account before the endpoint's host, where no address may be.
    return new S3ControlClient({ ...by, endpointProvider: () => ({ url: new URL(by.endpoint) }) });
  }
}

/** Whether a call comes through; throws for a failure that is no denial. */
export async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { name } = error as Error;
    if (['AccessDenied', 'AccessDeniedException', 'StsNotAuthorizedError'].includes(name)) return false;
    throw error;
  }
}

export const read = (client: S3Client, Bucket = 'shopfast-data', Key = 'users/user_list') =>
  client.send(new GetObjectCommand({ Bucket, Key }));
export const write = (client: S3Client, Bucket = 'shopfast-data', Key = 'users/new') =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'new' }));
export const list = (client: S3Client, Prefix = 'users', Bucket = 'shopfast-data') =>
  client.send(new ListObjectsV2Command({ Bucket, Prefix }));
