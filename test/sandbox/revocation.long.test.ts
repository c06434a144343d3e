// Revocation end to end: what was handed out is denied, what is handed out next is not, and nobody else notices.
import { readFileSync } from 'node:fs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { accessPolicy, serviceTrustPolicy } from '../../client/account/roles.ts';
import { createBucket } from '../../client/account/tenant-bucket.ts';
import { credentialsOf } from '../../client/broker-client.ts';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import { setVariables } from './support/amendments.ts';
import type { Broker, BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { type Ended, isb } from './support/isb.ts';
import { OperatorTable } from './support/operator-table.ts';

const tenants = ['Yellow', 'Blue'];
const bucket = 'tenants-of-all';

useBroker({
  amendTemplate: (_, template) => setVariables(template, () => ({ REGISTRATION_CACHE_SECONDS: '1' })),
});
beforeAll(async () => {
  await createBucket(broker.clients.s3, { bucket, region: sandbox.account.region, tenants });
});

/** A registered application whose access role reads the tenant's objects. */
async function application(name: string, options: Parameters<Broker['createApplication']>[1] = {}) {
  const app = broker.createApplication(name, options);
  allowReading(app.accessRoleName);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  return app;
}

function allowReading(roleName: string): void {
  const policy = accessPolicy(sandbox.account, bucket, 'TenantID') as unknown as PolicyDocument;
  sandbox.account.identities.putRolePolicy(roleName, 'Read', policy);
}

interface Held {
  readonly accessKeyId: string;
  /** `read`, or the name of the error, of the object of the tenant. */
  read(): Promise<string>;
}

/** What the application holds for a user of the tenant. */
async function hold(app: BrokerApplication, tenant: string): Promise<Held> {
  const { status, body } = await app.credentials(tenant);
  expect(status).toBe(200);
  const credentials = credentialsOf(body);
  const s3 = new S3Client({
    endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
    region: sandbox.account.region,
    forcePathStyle: true,
    credentials,
  });
  return {
    accessKeyId: credentials.accessKeyId,
    read: () =>
      s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${tenant}/file.txt` })).then(
        () => 'read',
        (error: Error) => error.name,
      ),
  };
}

/** What the broker hands out once it does not hand out this any more. */
function next(app: BrokerApplication, tenant: string, held: Held): Promise<Held> {
  return vi.waitFor(
    async () => {
      const young = await hold(app, tenant);
      expect(young.accessKeyId).not.toBe(held.accessKeyId);
      return young;
    },
    { timeout: 240_000, interval: 100 },
  );
}

/** As the administrator of the sandbox. */
const revoke = (...args: string[]): Promise<Ended> => isb(sandbox.environment, 'revoke', ...args);

let operators = 0;

/** A session of a role with the permissions that docs/operations.md names, but for one. */
function operator({ without }: { without?: string } = {}): Readonly<Record<string, string>> {
  const { account, functions } = sandbox;
  const [, text = ''] =
    /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
  const table = functions.all[0]?.configuration.variables['ACCESS_METADATA_TABLE_NAME'] ?? '';
  const policy = text
    .replaceAll('REGION', account.region)
    .replaceAll('ACCOUNT', account.accountId)
    .replaceAll('TABLE', table)
    .replace(`"${without}"`, '"sts:GetCallerIdentity"');
  operators += 1;
  const role = account.identities.createRole({
    roleName: `Operator${operators}`,
    trustPolicy: serviceTrustPolicy(account) as unknown as PolicyDocument,
    inlinePolicies: { Revoke: JSON.parse(policy) },
  });
  const session = account.identities.issueSession(role, { sessionName: 'operator', durationSeconds: 3_600 });
  return {
    ...sandbox.environment,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

describe('isb revoke', () => {
  it('denies what was handed out, and new sessions are served, with the permissions that the docs name', async () => {
    const app = await application('Whole');
    const held = await hold(app, 'Yellow');
    expect(await held.read()).toBe('read');

    const { exitCode, stdout, stderr } = await isb(operator(), 'revoke', '--application', 'Whole');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^revokes +all sessions of the access role WholeAccess, application Whole\ndenied +all sessions issued before \S+Z \(IAMSessionBrokerRevocation-\d{8}T\d{6}Z-\w{8}\)\ndropped +what the broker keeps for Whole\nremains /,
    );
    expect(await held.read()).toBe('AccessDenied');
    const young = await next(app, 'Yellow', held);
    expect(await young.read()).toBe('read');
    expect((await hold(app, 'Yellow')).accessKeyId).toBe(young.accessKeyId);
    // The old one stays denied, whatever is served now.
    expect(await held.read()).toBe('AccessDenied');
  });

  it('of a tenant leaves the other’s session alone, and one tenant after the other takes nothing back', async () => {
    const app = await application('Tenantwise');
    const [yellow, blue] = [await hold(app, 'Yellow'), await hold(app, 'Blue')];
    expect(await revoke('--application', 'Tenantwise', '--tenant', 'Yellow')).toMatchObject({ exitCode: 0 });
    expect([await yellow.read(), await blue.read()]).toEqual(['AccessDenied', 'read']);
    const young = await next(app, 'Yellow', yellow);

    const second = await revoke('--application', 'Tenantwise', '--tenant', 'Blue');
    expect(second.stdout).toMatch(/\nin force +sessions with TenantID = Yellow issued before /);
    expect(await Promise.all([yellow, blue, young].map((session) => session.read()))).toEqual([
      'AccessDenied',
      'AccessDenied',
      'read',
    ]);
    expect(await (await next(app, 'Blue', blue)).read()).toBe('read');
  });

  it('has every application that shares the access role get new sessions', async () => {
    const trustCondition = { StringEquals: { 'sts:ExternalId': ['Sharing', 'AlsoSharing'] } };
    const first = await application('Sharing', { trustCondition });
    const second = broker.createApplication('AlsoSharing');
    const sharing = { ...first.registration(), SharedWith: ['AlsoSharing'] };
    expect(await first.call('PUT', 'applications', sharing)).toMatchObject({ status: 200 });
    const shared = { ...second.registration(), AccessRoleName: first.accessRoleName };
    expect(await second.call('POST', 'applications', shared)).toMatchObject({ status: 201 });
    const held = await hold(second, 'Yellow');

    const { stdout } = await revoke('--application', 'Sharing');
    expect(stdout).toContain('which it shares with AlsoSharing: theirs too');
    expect(stdout).toContain('dropped     what the broker keeps for AlsoSharing, Sharing');
    expect(await held.read()).toBe('AccessDenied');
    expect(await (await next(second, 'Yellow', held)).read()).toBe('read');
  });

  it('--dry-run tells, and changes nothing', async () => {
    const app = await application('Rehearsed');
    const held = await hold(app, 'Yellow');
    const table = new OperatorTable(sandbox);
    const before = await table.item('Rehearsed');

    const { exitCode, stdout } = await revoke('--application', 'Rehearsed', '--dry-run');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        'revokes     all sessions of the access role RehearsedAccess, application Rehearsed\n' +
        'dry run     nothing was changed\n',
    });
    expect(await held.read()).toBe('read');
    expect(await table.item('Rehearsed')).toEqual(before);
    const { inlinePolicies } = sandbox.account.identities.role('RehearsedAccess');
    expect([...inlinePolicies.keys()]).toEqual(['Read']);
  });

  it('fails where the application is not registered', async () => {
    expect(await revoke('--application', 'Nobody')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'isb revoke failed: the application Nobody is not registered\n',
    });
  });

  it('fails where no such broker is deployed', async () => {
    expect(await revoke('--application', 'Nobody', '--environment', 'Gamma')).toMatchObject({
      exitCode: 1,
      stderr: 'isb revoke failed: no stack IAMSessionBroker-Service-Gamma is deployed here\n',
    });
  });

  it('says which permission is missing, and leaves everything as it is', async () => {
    const app = await application('Guarded');
    const held = await hold(app, 'Yellow');
    const environment = operator({ without: 'iam:PutRolePolicy' });
    const { exitCode, stderr } = await isb(environment, 'revoke', '--application', 'Guarded');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^isb revoke failed: AccessDenied: User: \S+ is not authorized .* iam:PutRolePolicy /,
    );
    expect(await held.read()).toBe('read');
    expect(await new OperatorTable(sandbox).item('Guarded')).not.toHaveProperty('RevokedAt');
  });

  it('that could not tell the broker says what it has done, and mends it when it is run again', async () => {
    const app = await application('Halfway');
    const held = await hold(app, 'Yellow');
    const { exitCode, stderr } = await isb(
      operator({ without: 'dynamodb:UpdateItem' }),
      'revoke',
      '--application',
      'Halfway',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^isb revoke failed: the sessions are denied, but the broker may go on handing them out: run the command again \(AccessDenied\w*\)\n$/,
    );
    expect(await held.read()).toBe('AccessDenied');
    expect((await hold(app, 'Yellow')).accessKeyId).toBe(held.accessKeyId);

    expect(await revoke('--application', 'Halfway')).toMatchObject({ exitCode: 0 });
    expect(await (await next(app, 'Yellow', held)).read()).toBe('read');
  });
});
