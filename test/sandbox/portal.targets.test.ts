// The portal of cdk.json's sandbox environment, with the roles that its targets name: signed in to, and opened.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { deployTargetRoles } from '../../sandbox/target-roles.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { startPortal } from './support/deployed-portal.ts';
import { PortalVisit, textOf } from './support/portal-visit.ts';

describe('the portal of the sandbox', () => {
  let sandbox: Sandbox;
  const visits = new Map<string, PortalVisit>();

  beforeAll(async () => {
    sandbox = await startPortal();
    for (const name of ['ada', 'grace', 'lin'])
      visits.set(name, await PortalVisit.of(sandbox, `${name}@example.com`));
  });
  afterAll(() => sandbox?.stop());

  const open = async (name: string, target: string) => {
    const page = await (visits.get(name) as PortalVisit).open(target);
    return { status: page.status, url: page.url, text: textOf(page) };
  };

  test.each([
    ['ada', 'cloudadmin', 'Account 111122223333 Role CloudAdmin', 43_200],
    ['ada', 'billing', 'Account 222233334444 Role Billing', 14_400],
    ['ada', 'audit', 'Account 111122223333 Role Audit', 3_600],
    ['grace', 'databases', 'Account 111122223333 Role Databases', 28_800],
    ['lin', 'documents', 'Account 111122223333 Role Documents', 3_600],
  ])('opens for %s %s: %s, for %i seconds', async (name, target, where, seconds) => {
    const { status, url, text } = await open(name, target);

    expect(status).toBe(200);
    expect(url).toContain('/console/console.aws.amazon.com/');
    expect(text).toContain(
      `Who you are ${where} Session ${name}@example.com Source identity ${name}@example.com`,
    );
    expect(text).toContain(`TenantID = ${name === 'grace' ? 'Blue' : 'Yellow'} (transitive)`);
    const assumed = sandbox.account.trail.events.findLast(({ operation }) =>
      operation.startsWith('AssumeRole'),
    );
    expect(Number(assumed?.parameters?.['DurationSeconds'])).toBe(seconds);
  });

  test.each([
    ['ada', 'databases', 'It takes one of dbs.'],
    ['lin', 'cloudadmin', 'It takes one of cloudadmin.'],
    ['lin', 'billing', 'It takes one of cloudadmin, dbs.'],
  ])('does not open for %s %s: %s', async (name, target, why) => {
    const { status, text } = await open(name, target);

    expect(status).toBe(403);
    expect(text).toContain(why);
  });

  test('opens to nobody the key that it signs with, whatever IAM allows them', async () => {
    const role = sandbox.account.identities.findRole('arn:aws:iam::111122223333:role/CloudAdmin');
    if (!role) throw new Error('the sandbox has no such role');
    const session = sandbox.account.identities.issueSession(role, {
      sessionName: 'administrator',
      durationSeconds: 3_600,
    });
    const kms = new KMSClient({
      endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
      region: sandbox.account.region,
      credentials: session,
    });
    const KeyId = [...sandbox.account.stacks.values()]
      .flatMap(({ outputs }) => outputs)
      .find(({ key }) => key === 'SigningKeyARN')?.value as string;
    // Whom the account's administrators are, IAM says; that they may not sign, the key does.
    expect(await kms.send(new DescribeKeyCommand({ KeyId }))).toMatchObject({ KeyMetadata: { Arn: KeyId } });
    const signing = { Message: Buffer.alloc(32), MessageType: 'DIGEST' } as const;
    const SigningAlgorithm = 'RSASSA_PKCS1_V1_5_SHA_256';
    await expect(kms.send(new SignCommand({ KeyId, SigningAlgorithm, ...signing }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('not authorized to perform: kms:Sign'),
    });
  });

  test('are those of the table in sandbox/README.md', () => {
    const shown = cdkJson.context.environments.sandbox.portal.targets.map((target) => [
      `\`${target.service}\``,
      target.role.split(':')[4],
      'everyone' in target ? 'everyone' : target.groups?.map((group) => `\`${group}\``).join(', '),
      `${(target.duration ?? 3_600).toLocaleString('en-US')}${target.mode === 'chained' ? ', chained' : ''}`,
    ]);
    const [, section = ''] = readFileSync('sandbox/README.md', 'utf8').split('#### Target roles');
    const rows = [...section.matchAll(/^\| (`\w+`) \| (\d+) \| (.*) \| (.*) \| .* \|$/gm)];
    expect(rows.map(([, ...cells]) => cells)).toEqual(shown);
  });

  test('tells who started it of all targets', () => {
    expect(sandbox.portal?.targetRoles).toEqual({
      services: ['cloudadmin', 'databases', 'documents', 'billing', 'audit'],
      leftOut: [],
    });
  });
});

describe('the roles of targets', () => {
  let local: DeployedAccount;
  let taskRoot: string;

  beforeEach(async () => {
    local = await openAccount();
    taskRoot = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  });
  afterEach(async () => {
    await local.close();
    rmSync(taskRoot, { recursive: true });
  });

  const issuer = 'localhost:4569/aws';
  const deploy = (targets?: readonly object[]) => {
    if (targets) writeFileSync(join(taskRoot, 'targets.json'), JSON.stringify(targets));
    const role = local.account.identities.createRole({
      roleName: 'Portal',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    });
    const portal = {
      functionName: 'Portal',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      taskRoot,
      memoryMb: 128,
      timeoutSeconds: 3,
      role,
      logGroup: 'Portal',
      variables: { PORTAL_URL: `http://${issuer}/` },
    };
    return deployTargetRoles(portal, local.surroundings);
  };
  const target = (service: string, role: string, more: object = {}) => ({
    service,
    role: `arn:aws:iam::${role}`,
    duration: 3_600,
    mode: 'web-identity',
    ...more,
  });
  const roleOf = (arn: string) => local.account.identities.findRole(`arn:aws:iam::${arn}`);

  test('are in the accounts of their ARNs, with their paths, and one provider an account', async () => {
    await deploy([
      target('one', '123456789012:role/One'),
      target('two', '123456789012:role/people/abroad/Two', { duration: 43_200 }),
      target('three', '777788889999:role/Three'),
    ]);

    expect(roleOf('123456789012:role/One')).toMatchObject({ maxSessionDurationSeconds: 3_600 });
    expect(roleOf('123456789012:role/people/abroad/Two')).toMatchObject({
      roleName: 'Two',
      maxSessionDurationSeconds: 43_200,
    });
    for (const accountId of ['123456789012', '777788889999']) {
      const providers = local.account.all.get(accountId)?.identities.oidcProviders.all ?? [];
      expect(providers.map(({ url }) => url)).toEqual([`http://${issuer}`]);
    }
    expect(roleOf('777788889999:role/Three')?.trustPolicy.Statement).toEqual([
      expect.objectContaining({
        Principal: { Federated: `arn:aws:iam::777788889999:oidc-provider/${issuer}` },
        Condition: {
          StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
          StringLike: { [`${issuer}:sub`]: 'three:*' },
        },
      }),
    ]);
  });

  test('trust each of the targets that name them, in whichever way', async () => {
    await deploy([
      target('chained', '123456789012:role/Shared', { mode: 'chained' }),
      target('short', '123456789012:role/Shared'),
      target('long', '123456789012:role/Shared', { duration: 7_200 }),
    ]);

    const statements = roleOf('123456789012:role/Shared')?.trustPolicy.Statement as { Condition?: object }[];
    expect(statements.flatMap(({ Condition }) => Condition ?? [])).toEqual([
      { StringEquals: { 'sts:ExternalId': 'chained' } },
      expect.objectContaining({ StringLike: { [`${issuer}:sub`]: 'short:*' } }),
      expect.objectContaining({ StringLike: { [`${issuer}:sub`]: 'long:*' } }),
    ]);
    expect(roleOf('123456789012:role/Shared')).toMatchObject({ maxSessionDurationSeconds: 7_200 });
    expect(local.account.identities.oidcProviders.all).toHaveLength(1);
  });

  test('may do what the examples may, and nothing where the target has another name', async () => {
    await deploy([
      target('databases', '123456789012:role/Databases'),
      target('constructor', '123456789012:role/Other'),
    ]);

    expect([...(roleOf('123456789012:role/Databases')?.inlinePolicies.keys() ?? [])]).toEqual(['databases']);
    expect([...(roleOf('123456789012:role/Other')?.inlinePolicies.keys() ?? [])]).toEqual([]);
  });

  test('are left as they are where they are there, and left out where the sandbox has no such partition', async () => {
    const { roleName, trustPolicy, roleId } = local.account.identities.createRole({
      roleName: 'Mine',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    });
    const abroad = { ...target('abroad', ''), role: 'arn:aws-us-gov:iam::123456789012:role/Abroad' };

    expect(await deploy([target('mine', `123456789012:role/${roleName}`), abroad])).toEqual({
      services: ['mine'],
      leftOut: ['abroad'],
    });
    expect(roleOf('123456789012:role/Mine')).toMatchObject({ trustPolicy, roleId });
  });

  test('are none of a function without targets', async () => {
    expect(await deploy()).toEqual({ services: [], leftOut: [] });
  });
});
