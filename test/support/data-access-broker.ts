// A broker with data access for every test of a file, likewise: S3 Access Grants and IAM Identity Center are fakes besides.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { routesOf } from '../../service/broker/routes.ts';
import { AccessGrants } from '../../service/data-access/access-grants.ts';
import { DataAccess } from '../../service/data-access/data-access.ts';
import { DataAccessManager } from '../../service/data-access-broker/data-access-manager.ts';
import { dataAccessRoutesOf } from '../../service/data-access-broker/routes.ts';
import { ExchangeTable } from '../../service/identity-context/exchange-table.ts';
import { SharedExchange } from '../../service/identity-context/shared-exchange.ts';
import { TokenExchange } from '../../service/identity-context/token-exchange.ts';
import { FakeAccessGrants } from './access-grants.ts';
import { type Answered, type Broker, type BrokerOptions, brokerParts } from './broker.ts';
import { BrokerFixture } from './broker-fixture.ts';
import { deployment } from './callers.ts';
import { DynamoDbTable } from './dynamodb-table.ts';
import { eventOf } from './events.ts';
import { APPLICATION_ARN, FakeIdentityCenter } from './identity-center.ts';
import { minimalBody } from './registrations.ts';
import { generateSigningKey } from './signing-keys.ts';

export const OTHER_APPLICATION_ARN = APPLICATION_ARN.replace(/.$/, '0');
export const identityCenterApplications = new Map([
  ['App', APPLICATION_ARN],
  ['Other', OTHER_APPLICATION_ARN],
]);

/** By session tags: all tenants by one grant. */
export const tenantBody = {
  ...minimalBody,
  AccessGrants: { TargetTemplate: 's3://bucket/{TenantID}/*' },
};
/** By the user's identity. */
export const identityBody = {
  ...minimalBody,
  AccessMode: 'IdentityContext',
  Issuer: 'https://idp.example.com',
  Audience: 'app',
  AccessGrants: {},
};

export class DataAccessFixture extends BrokerFixture {
  accessGrants!: FakeAccessGrants;
  identityCenter!: FakeIdentityCenter;
  exchanges!: DynamoDbTable;
  #tokens = 0;

  /** A token of the user, one of a kind, as IAM Identity Center requires it. */
  userToken(sub: string, claims: Record<string, unknown> = {}): Promise<string> {
    this.#tokens += 1;
    const { Issuer: iss, Audience: aud } = identityBody;
    return this.tokenFor('Yellow', { iss, aud, sub, jti: `token-${this.#tokens}`, ...claims });
  }

  /** By POST, whose body takes any target. */
  askFor(token: string, wished: Record<string, unknown> = {}, ask = this.ask): Promise<Answered> {
    return ask(eventOf('POST /credentials', { body: { JWT: token, ...wished } }));
  }

  /** What the audit has written last. */
  decision(): Record<string, unknown> | undefined {
    return this.output.logs().at(-1);
  }

  override environment(options: BrokerOptions = {}): Broker {
    const { table, sts, keys, clock, accessGrants: grants, identityCenter } = this;
    const { now } = clock;
    const dataAccessRules = { identityCenterApplications: [...identityCenterApplications.keys()] };
    const { manager, provider, serve } = brokerParts(
      { table, sts, keys, now },
      { ...options, rules: { dataAccess: dataAccessRules, ...options.rules } },
    );
    const accessGrants = new AccessGrants({
      accountId: deployment.accountId,
      region: 'eu-west-1',
      endpoint: 'https://111122223333.s3-control.eu-west-1.amazonaws.com',
      send: grants.send,
      maxAttempts: 2,
    });
    const exchange = new SharedExchange({
      exchange: new TokenExchange({
        region: 'eu-west-1',
        endpoint: 'https://oidc.eu-west-1.amazonaws.com',
        send: identityCenter.send,
        credentials: async () => (await provider.serviceRoleSession()).credentials,
        now,
      }),
      table: new ExchangeTable(this.exchanges.client, this.exchanges.name),
      now,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      leaseMs: 4_500,
      waitMs: 5_000,
      onFailure: (error) => {
        throw error;
      },
    });
    const dataAccessManager = new DataAccessManager({
      manager,
      provider,
      dataAccess: new DataAccess(accessGrants, now, { grantCacheSeconds: 300, maxCachedSessions: 100 }),
      accessGrants,
      exchange,
      identityCenterApplications,
      partition: deployment.partition,
    });
    return serve(new Map([...routesOf(manager), ...dataAccessRoutesOf(dataAccessManager)]));
  }

  override async start(): Promise<void> {
    [this.table, this.exchanges, this.key] = await Promise.all([
      DynamoDbTable.start(),
      DynamoDbTable.start('IdentityContexts', 'ExchangeId'),
      generateSigningKey('RS256'),
    ]);
  }

  override async reset(): Promise<void> {
    await this.exchanges.reset();
    this.identityCenter = new FakeIdentityCenter();
    this.accessGrants = new FakeAccessGrants(() => this.clock.now());
    await super.reset();
  }
}

export function target(text: string, permission = 'READ') {
  return { Target: text, Permission: permission };
}

export function refusalOf({ statusCode, body: { code, message } }: Answered) {
  return { statusCode, code, message };
}

/** Call at the top of a test file. */
export function useDataAccessBroker(): DataAccessFixture {
  const fixture = new DataAccessFixture();
  beforeAll(() => fixture.start());
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.release());
  afterAll(() => Promise.all([fixture.table.stop(), fixture.exchanges.stop()]));
  return fixture;
}
