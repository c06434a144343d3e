// The import of the reference's table end to end: from its items to credentials, with and without registrars.
import { readFileSync } from 'node:fs';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { serviceTrustPolicy } from '../../client/account/roles.ts';
import { brokerStacks } from '../../client/account/stacks.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { setVariables } from './support/amendments.ts';
import { Broker } from './support/broker.ts';
import { isb } from './support/isb.ts';
import { OperatorTable } from './support/operator-table.ts';

const ample = { rateLimit: 100, burstLimit: 1_000 };

/** A table as the reference creates and fills it: five texts, by the name of the application. */
class ReferenceTable {
  private constructor(
    private readonly client: DynamoDBClient,
    private readonly jwksUrl: string,
    readonly name: string,
  ) {}

  static async create(broker: Broker, name: string): Promise<ReferenceTable> {
    const { account, environment } = broker.sandbox;
    const client = new DynamoDBClient({
      endpoint: environment['AWS_ENDPOINT_URL'] as string,
      region: account.region,
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID'] as string,
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] as string,
      },
    });
    await client.send(
      new CreateTableCommand({
        TableName: name,
        KeySchema: [{ AttributeName: 'ApplicationName', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'ApplicationName', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    return new ReferenceTable(client, broker.outputs.jwksUrl, name);
  }

  async put(applicationName: string, changes: Record<string, AttributeValue> = {}): Promise<void> {
    const Item = {
      ApplicationName: { S: applicationName },
      AccessPrincipalRoleName: { S: `${applicationName}Access` },
      SessionTagKey: { S: 'TenantID' },
      JWTClaimName: { S: 'custom:tenant_id' },
      JWKSetURL: { S: this.jwksUrl },
      ...changes,
    };
    await this.client.send(new PutItemCommand({ TableName: this.name, Item }));
  }
}

let sandbox: Sandbox;
let broker: Broker;
let registrarRole: string;

beforeAll(async () => {
  sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: brokerStacks('Sandbox'),
    maxEnvironments: 1,
    amendTemplate: (_, template) =>
      setVariables(template, () => ({
        REGISTRARS: 'Deployer',
        USAGE_PLANS: JSON.stringify({ default: ample, registration: ample, applications: {} }),
      })),
  });
  broker = await Broker.of(sandbox);
  broker.createApplication('Deployer');
  registrarRole = sandbox.account.identities.role('Deployer').arn;
});
afterAll(() => sandbox?.stop());

const run = (environment: Readonly<Record<string, string>>, table: ReferenceTable, ...args: string[]) =>
  isb(environment, 'import', '--table', table.name, ...args);

let operators = 0;

/** A session of a role with the permissions that the page names, which may assume the roles named. */
function operator(table: ReferenceTable): Readonly<Record<string, string>> {
  const { account } = sandbox;
  const page = readFileSync('docs/coming-from-the-reference.md', 'utf8');
  const [, text = ''] = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(page) ?? [];
  const policy = text
    .replaceAll('REGION', account.region)
    .replaceAll('ACCOUNT', account.accountId)
    .replaceAll('TABLE', table.name)
    .replaceAll('REGISTRAR', 'Deployer');
  operators += 1;
  const role = account.identities.createRole({
    roleName: `ImportOperator${operators}`,
    trustPolicy: serviceTrustPolicy(account),
    inlinePolicies: { Import: JSON.parse(policy) },
  });
  const session = account.identities.issueSession(role, { sessionName: 'operator', durationSeconds: 3_600 });
  return environmentOf(session);
}

function environmentOf(session: {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}): Readonly<Record<string, string>> {
  return {
    ...sandbox.environment,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken ?? '',
  };
}

describe('isb import, with a registrar', () => {
  it('tells what it would do, does it once, and the application gets its credentials', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Clean');
    const apps = ['Shop', 'Bill'].map((name) => broker.createApplication(name));
    for (const { roleName } of apps) await table.put(roleName);
    const environment = operator(table);

    const dry = await run(environment, table, '--dry-run', '--registrar-role', registrarRole);
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
    const [first, document = '', ...rest] = dry.stdout.split('\n');
    expect(first).toBe('ready               Bill');
    expect(rest.at(-3)).toBe('in all              2 ready');
    expect(rest.at(-2)).toBe('dry run: nothing was changed');
    expect(await new OperatorTable(sandbox).item('Bill')).toBeUndefined();
    expect(JSON.parse(document)).toEqual({
      ApplicationName: 'Bill',
      ApplicationRoleId: sandbox.account.identities.role('Bill').roleId,
      AccessRoleName: 'BillAccess',
      SessionTagKey: 'TenantID',
      JWTClaimName: 'custom:tenant_id',
      JWKSetURL: broker.outputs.jwksUrl,
    });

    const applied = await run(environment, table, '--apply', '--registrar-role', registrarRole);
    expect(applied).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        'registered          Bill',
        '                    warnings: ExternalIdNotRequired, IssuerNotPinned, AudienceNotPinned',
        'registered          Shop',
        '                    warnings: ExternalIdNotRequired, IssuerNotPinned, AudienceNotPinned',
        'in all              2 registered',
        '',
      ].join('\n'),
    });
    const { body } = await (apps[0] as (typeof apps)[0]).credentials('Yellow');
    expect(broker.sessionOf(body)).toMatchObject({ principalTags: new Map([['TenantID', 'Yellow']]) });

    const again = await run(environment, table, '--apply', '--registrar-role', registrarRole);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain('\nin all              2 already registered\n');
  });

  it('registers what is ready beside what is not, and deletes and replaces nothing', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Mixed');
    for (const name of ['Good', 'Moved', 'Untrusted', 'Twin']) {
      broker.createApplication(name, name === 'Untrusted' ? { trustActions: ['sts:TagSession'] } : {});
    }
    const environment = operator(table);
    await table.put('Good');
    await table.put('Moved');
    expect(await run(environment, table, '--apply', '--registrar-role', registrarRole)).toMatchObject({
      exitCode: 0,
    });
    const before = await new OperatorTable(sandbox).item('Moved');
    await table.put('Moved', { SessionTagKey: { S: 'Tenant' } });
    await table.put('Untrusted');
    await table.put('Twin', { AccessPrincipalRoleName: { S: 'GoodAccess' } });
    await table.put('Alice');
    await table.put('Numbers', { JWTClaimName: { N: '12345678901234567890123456789012345678' } });
    await table.put('Secret', { JWKSetURL: { S: 'https://user:canary-secret@login.example.com/k' } });

    const { exitCode, stdout, stderr } = await run(
      environment,
      table,
      '--apply',
      '--registrar-role',
      registrarRole,
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'isb import failed: 6 of 7 applications need attention\n',
    });
    const told = new Map(
      stdout.split(/\n(?! )/).map((entry) => [entry.split('\n')[0]?.slice(20), entry.replace(/\s+/g, ' ')]),
    );
    expect(told.get('Good')).toMatch(/^already registered /);
    expect(told.get('Moved')).toContain('is registered here with another SessionTagKey: nothing was changed');
    expect(told.get('Untrusted')).toContain('the broker answered 403 AccessRoleNotAssumable: ');
    expect(told.get('Twin')).toContain('AccessRoleName: is that of Good too.');
    expect(told.get('Alice')).toContain('ApplicationName: there is no IAM role of this name.');
    expect(told.get('Numbers')).toContain('and is no string (N)');
    expect(told.get('Secret')).toContain('JWKSetURL: must be an https URL');
    expect(stdout).not.toContain('canary');
    expect(await new OperatorTable(sandbox).item('Moved')).toEqual(before);
    expect(await new OperatorTable(sandbox).item('Twin')).toBeUndefined();
  });

  it('reads every page of the table, and shows nothing of what it does not know', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Long');
    // More than the megabyte that a page holds.
    const Padding = { S: 'canary'.repeat(20_000) };
    for (let index = 10; index < 22; index += 1) await table.put(`Long-${index}`, { Padding });
    const { stdout, stderr } = await run(operator(table), table);
    expect(stderr).toBe('isb import failed: 12 of 12 applications need attention\n');
    expect(stdout.match(/Padding: is nothing that the reference stores/g)).toHaveLength(12);
    expect(stdout).not.toContain('canary');
  });

  it('does not ask the registrar to assume its own role', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Pipeline');
    broker.createApplication('Piped');
    await table.put('Piped');
    const { account } = sandbox;
    const deployer = account.identities.role('Deployer');
    const policy = { Effect: 'Allow', Action: ['dynamodb:Scan', 'iam:GetRole'], Resource: '*' } as const;
    account.identities.putRolePolicy('Deployer', 'Import', { Version: '2012-10-17', Statement: [policy] });
    const session = account.identities.issueSession(deployer, { sessionName: 'ci', durationSeconds: 900 });

    expect(
      await run(environmentOf(session), table, '--apply', '--registrar-role', registrarRole),
    ).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('fails as a whole where the table is not there, or nobody may be the registrar', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Denied');
    broker.createApplication('Denied');
    await table.put('Denied');
    const missing = await isb(sandbox.environment, 'import', '--table', 'Nowhere');
    expect(missing).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `isb import failed: there is no table Nowhere in ${sandbox.account.region}\n`,
    });
    const other = sandbox.account.identities.role('Denied').arn;
    const { exitCode, stderr } = await run(operator(table), table, '--apply', '--registrar-role', other);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^isb import failed: AccessDenied: User: \S+ is not authorized .*sts:AssumeRole /);
  });

  it('says whom the broker lets register, where that is not the application', async () => {
    const table = await ReferenceTable.create(broker, 'Reference-Own');
    broker.createApplication('Hopeful');
    await table.put('Hopeful');
    const { exitCode, stdout } = await run(sandbox.environment, table, '--apply');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('the broker answered 403 NotARegistrar: ');
  });
});

describe('isb import, without registrars', () => {
  it('has every application register itself, and says which may not', async () => {
    const open = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      stacks: brokerStacks('Sandbox'),
      maxEnvironments: 1,
    });
    try {
      const own = await Broker.of(open);
      const table = await ReferenceTable.create(own, 'Reference');
      const app = own.createApplication('Itself');
      own.createApplication('Silent', { mayCall: false });
      for (const name of ['Itself', 'Silent']) await table.put(name);

      const { exitCode, stdout } = await run(open.environment, table, '--apply');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(
        /^registered {10}Itself\n[\s\S]*\nneeds attention {5}Silent\n {20}the broker answered 403 /,
      );
      expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
      expect((await run(open.environment, table, '--apply')).stdout).toMatch(
        /^already registered {2}Itself\n/,
      );
    } finally {
      await open.stop();
    }
  });
});
