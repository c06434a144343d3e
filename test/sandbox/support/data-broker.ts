// A sandbox with the stacks of data access, whose broker issues credentials for data; its users' tokens, and their requests.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetDataAccessCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { accessTrustPolicy, actingForUsers } from '../../../client/account/roles.ts';
import { brokerStacks } from '../../../client/account/stacks.ts';
import type { BrokerAnswer } from '../../../client/broker-client.ts';
import type { GrantRequest } from '../../../sandbox/access-grants/grants.ts';
import type { DirectoryUser } from '../../../sandbox/identity-center/directory.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import { trustTokenIssuer } from '../../../sandbox/templates/data-access-stacks.ts';
import { KEYS, startTokenIssuer, type TokenIssuer } from '../fixtures/token-issuer.ts';
import { Broker, type BrokerApplication } from './broker.ts';
import { ACCESS_GRANTS, IDENTITY_CENTER } from './granted-data.ts';
import { operatorsTables } from './operator-table.ts';

/** The application that cdk.json has one for in IAM Identity Center, and whose tokens that takes. */
export const SHOP = 'ShopFast';

export interface DataAnswer extends BrokerAnswer {
  readonly body: Record<string, unknown>;
}

export class DataBroker {
  #tokens = 0;

  private constructor(
    readonly sandbox: Sandbox,
    readonly broker: Broker,
    readonly issuer: TokenIssuer,
    /** Where the broker finds the issuer's keys: it asks by https alone. */
    readonly jwksUrl: string,
  ) {}

  static async start({ amendTemplate, ...options }: SandboxOptions = {}): Promise<DataBroker> {
    const issuer = await startTokenIssuer();
    const sandbox = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      stacks: [...brokerStacks('Sandbox'), IDENTITY_CENTER, ACCESS_GRANTS],
      maxEnvironments: 1,
      ...options,
      amendTemplate(stackName, template) {
        trustTokenIssuer(template, issuer.url);
        amendTemplate?.(stackName, template);
      },
    });
    const keys = JSON.parse(issuer.answers.get(KEYS)?.body ?? '');
    const jwksUrl = sandbox.jwks.publish('/shop/jwks.json', keys);
    return new DataBroker(sandbox, await Broker.of(sandbox), issuer, jwksUrl);
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    await this.issuer.close();
  }

  /** An application, and its access role, which may ask for data. Whoever is `ShopFast` may act for users. */
  createApplication(name: string): BrokerApplication {
    const app = this.broker.createApplication(name);
    const { identities } = this.sandbox.account;
    const trust = accessTrustPolicy(this.sandbox.account, this.broker.outputs.servicePrincipalRoleName);
    identities.updateTrustPolicy(app.accessRoleName, actingForUsers(this.sandbox.account, trust));
    identities.putRolePolicy(name, 'ListGrants', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
    });
    identities.putRolePolicy(app.accessRoleName, 'AskForData', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['s3:GetDataAccess', 's3:ListCallerAccessGrants'], Resource: '*' },
      ],
    });
    return app;
  }

  /** What every registration of this issuer's tokens has. */
  registrationOf(app: BrokerApplication, more: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      AccessRoleName: app.accessRoleName,
      SessionTagKey: 'TenantID',
      JWTClaimName: 'tenant',
      JWKSetURL: this.jwksUrl,
      Issuer: this.issuer.url,
      Audience: SHOP,
      ...more,
    };
  }

  /** A token that was not exchanged before. */
  token(email: string, more: Record<string, unknown> = {}): Promise<string> {
    this.#tokens += 1;
    const now = Math.floor(Date.now() / 1_000);
    return this.issuer.sign({
      iss: this.issuer.url,
      aud: SHOP,
      sub: `sub of ${email}`,
      email,
      tenant: 'Blue',
      iat: now,
      exp: now + 600,
      jti: `token-${this.#tokens}`,
      ...more,
    });
  }

  /** Grants what is in a bucket of the stack's, besides what that grants. */
  grant(request: Omit<GrantRequest, 'locationId'>, bucket = 'shopfast-data'): void {
    const { locations, grants } = this.sandbox.account.accessGrants;
    const location = locations.all.find(({ scope }) => scope === `s3://${bucket}/`);
    grants.create({ locationId: String(location?.locationId), ...request });
  }

  user(name: string): DirectoryUser {
    const { store } = this.sandbox.account.identityCenter.requireInstance();
    const user = store.users.find(({ attributes }) => attributes['UserName'] === name);
    if (!user) throw new Error(`the directory has no ${name}`);
    return user;
  }

  groupId(name: string): string {
    const { store } = this.sandbox.account.identityCenter.requireInstance();
    return String(store.groups.find(({ displayName }) => displayName === name)?.groupId);
  }

  put(key: string, bucket = 'shopfast-data'): void {
    this.putText(key, `${bucket}/${key}`, bucket);
  }

  putText(key: string, text: string, bucket = 'shopfast-data'): void {
    const { buckets, now } = this.sandbox.account;
    const object = { contentType: 'text/plain', etag: '0'.repeat(32), lastModified: now() };
    buckets.get(bucket)?.objects.set(key, { ...object, body: Buffer.from(text) });
  }

  /** What S3 Access Grants answers the session itself: the matched target, or the name of the error. */
  async askItself(credentials: Record<string, unknown>, Target: string): Promise<string> {
    const { account, environment } = this.sandbox;
    const client = new S3ControlClient({
      region: account.region,
      maxAttempts: 1,
      credentials: credentialsIn(credentials),
      endpointProvider: () => ({ url: new URL(environment['AWS_ENDPOINT_URL'] as string) }),
    });
    const command = new GetDataAccessCommand({ AccountId: account.accountId, Target, Permission: 'READ' });
    return client.send(command).then(
      ({ MatchedGrantTarget }) => MatchedGrantTarget ?? '',
      (error: Error) => error.name,
    );
  }

  /** What credentials read of an object: its text, or the name of the error. */
  async read(credentials: Record<string, unknown>, key: string, bucket = 'shopfast-data'): Promise<string> {
    const client = new S3Client({
      endpoint: this.sandbox.environment['AWS_ENDPOINT_URL'] as string,
      region: this.sandbox.account.region,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: credentialsIn(credentials),
    });
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      return (error as Error).name;
    }
  }

  /** All items of the table of exchanges, bytes as text. */
  exchanges(): Promise<Record<string, unknown>[]> {
    return this.#sealedIn('IDENTITY_CONTEXTS_TABLE_NAME');
  }

  /** Likewise, of what environments share. */
  shared(): Promise<Record<string, unknown>[]> {
    return this.#sealedIn('SHARED_SESSIONS_TABLE_NAME');
  }

  /** @param variable of the function's environment, which names the table */
  async #sealedIn(variable: string): Promise<Record<string, unknown>[]> {
    const names = this.sandbox.functions.all.map(({ configuration }) => configuration.variables[variable]);
    const TableName = names.find((name) => name !== undefined);
    const { Items = [] } = await operatorsTables(this.sandbox).send(new ScanCommand({ TableName }));
    return Items.map((item) => ({ ...item, Sealed: Buffer.from(item['Sealed'] ?? '').toString('latin1') }));
  }

  /** How often an operation was carried out, or refused. */
  callsOf(operation: string): number {
    return this.sandbox.account.trail.events.filter((event) => event.operation === operation).length;
  }
}

function credentialsIn(answer: Record<string, unknown>) {
  return {
    accessKeyId: String(answer['AccessKeyId']),
    secretAccessKey: String(answer['SecretAccessKey']),
    sessionToken: String(answer['SessionToken']),
  };
}

export let data: DataBroker;

/** For the tests of a file. Call at its top. */
export function useDataBroker(options?: SandboxOptions): void {
  beforeAll(async () => {
    data = await DataBroker.start(options);
  });
  afterAll(() => data?.stop());
}
