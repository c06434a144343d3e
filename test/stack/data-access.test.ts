// What the broker's stack has with data access, in prose; and that it has nothing of it without.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../support/default-settings.ts';
import { emittedMetrics } from '../support/emitted-metrics.ts';
import {
  alarmMetrics,
  alarmsOf,
  dashboardWidgets,
  filteredMetrics,
  widgetMetrics,
} from './monitored-metrics.ts';
import { settingsOf, synthesizeService } from './synthesis.ts';
import { allOf, type Statement, statementsOf, variablesOf } from './template-resources.ts';

const arnOf = (name: string) =>
  `arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-${name.padEnd(16, '0')}`;
const dataAccess = {
  identityCenterApplications: { App: arnOf('a'), Other: arnOf('b'), Third: arnOf('a') },
  grantCacheSeconds: 60,
};

const plain = synthesizeService();
const whole = synthesizeService({ dataAccess });
/** By session tags alone. */
const tagsAlone = synthesizeService({ dataAccess: {} });
const serviceRoleOf = (template: typeof plain) =>
  allOf('AWS::IAM::Role', template).find(
    ([, { Properties }]) => Properties['RoleName'] === 'IAMSessionBroker',
  )?.[1].Properties as { Policies: { PolicyName: string; PolicyDocument: { Statement: Statement[] } }[] };
const [tableId = expect.fail('there is no table')] = Object.keys(
  whole.findResources('AWS::DynamoDB::Table', {
    Properties: { KeySchema: [{ AttributeName: 'ExchangeId' }] },
  }),
);

describe('the service role', () => {
  it('may exchange tokens at just the applications that are named, each once', () => {
    const [, further] = serviceRoleOf(whole).Policies;
    expect(further).toEqual({
      PolicyName: 'DataAccess',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sso-oauth:CreateTokenWithIAM',
            Resource: [arnOf('a'), arnOf('b')],
          },
        ],
      },
    });
  });

  it('may exchange none where no application is named', () => {
    expect(serviceRoleOf(tagsAlone)).toEqual(serviceRoleOf(plain));
  });
});

describe('the function’s role', () => {
  it('may read and write single exchanges besides, and list none', () => {
    const known = statementsOf(plain).map((statement) => JSON.stringify(statement));
    const added = statementsOf(whole).filter((statement) => !known.includes(JSON.stringify(statement)));
    expect(added).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        Resource: [{ 'Fn::GetAtt': [tableId, 'Arn'] }],
      },
    ]);
    expect(statementsOf(tagsAlone)).toEqual(statementsOf(plain));
  });
});

describe('the table of exchanges', () => {
  it('is on demand, keyed by the exchange, and forgets it by itself', () => {
    whole.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [{ AttributeName: 'ExchangeId', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
        StreamSpecification: Match.absent(),
      },
    });
  });

  it('is there only where users are carried through', () => {
    const tables = [plain, tagsAlone, whole].map(
      (template) => allOf('AWS::DynamoDB::Table', template).length,
    );
    expect(tables).toEqual([2, 2, 3]);
  });
});

describe('the function', () => {
  it('is another’s entry point with data access, and knows what it needs', () => {
    const descriptionOf = (template: typeof plain) =>
      allOf('AWS::Lambda::Function', template).map(([, { Properties }]) => Properties['Description']);
    expect([plain, whole].map(descriptionOf)).toEqual([
      ['service/broker/main.ts'],
      ['service/data-access-broker/main.ts'],
    ]);
    expect(variablesOf(whole)).toEqual({
      ...variablesOf(plain),
      ACCESS_GRANTS_ACCOUNT: { Ref: 'AWS::AccountId' },
      IDENTITY_CENTER_APPLICATIONS: JSON.stringify(dataAccess.identityCenterApplications),
      IDENTITY_CONTEXTS_TABLE_NAME: { Ref: tableId },
      GRANT_CACHE_SECONDS: '60',
    });
    expect(variablesOf(tagsAlone)).toEqual({
      ...variablesOf(plain),
      ACCESS_GRANTS_ACCOUNT: { Ref: 'AWS::AccountId' },
    });
    const elsewhere = synthesizeService({ dataAccess: { accessGrantsAccount: '444455556666' } });
    expect(variablesOf(elsewhere)).toMatchObject({ ACCESS_GRANTS_ACCOUNT: '444455556666' });
  });

  it('has room for its variables where every list is as long as it may be', () => {
    const applications = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${index}`.padStart(64, 'a'), arnOf('a')]),
      );
    const settings = (hosts: number) => ({
      jwksHosts: hosts > 0 ? ['a'.repeat(hosts)] : [],
      requirePinnedTrust: true,
      requireIssuer: true,
      requireAudience: true,
      maxTokenAgeSeconds: 86_400,
      clockLeewaySeconds: 300,
      dataAccess: {
        accessGrantsAccount: '444455556666',
        identityCenterApplications: applications(14),
        grantCacheSeconds: 3_600,
      },
    });
    const taken =
      JSON.stringify(defaultSettings.usagePlans).length + JSON.stringify(applications(14)).length + 300;
    const room = Math.min(60, 3_100 - taken);
    expect(room).toBeGreaterThanOrEqual(0);
    const environment = 'a'.repeat(31);
    const longest = variablesOf(synthesizeService(settings(room), environment));
    const bytes = Object.entries(longest).reduce((sum, [name, value]) => {
      const table = (value as { Ref?: string }).Ref;
      const deployed =
        typeof value === 'string'
          ? value
          : table
            ? `IAMSessionBroker-Service-${environment}-${table}-1ABCDEFGHIJKL`
            : 'arn:aws-us-gov:iam::111122223333:role/IAMSessionBroker';
      return sum + Buffer.byteLength(name + deployed);
    }, 0);
    // What the lists leave of 3,100 bytes would go to hosts.
    expect(bytes + (3_100 - taken - room)).toBeLessThanOrEqual(4_096);
    expect(settingsOf({ sandbox: settings(room) })).toHaveLength(1);
  });
});

describe('the gateway', () => {
  const routes = allOf('AWS::ApiGatewayV2::Route', whole).map(([, { Properties }]) => Properties);

  it('has two more routes, both for signed requests alone', () => {
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'DELETE /applications',
      'GET /applications',
      'GET /credentials',
      'GET /grants',
      'POST /applications',
      'POST /credentials',
      'POST /grants',
      'PUT /applications',
    ]);
    for (const { AuthorizationType } of routes) expect(AuthorizationType).toBe('AWS_IAM');
  });

  it('throttles them as those of credentials, and all together within what an account starts with', () => {
    const [[, stage] = expect.fail('there is no stage')] = allOf('AWS::ApiGatewayV2::Stage', whole);
    const settings = stage.Properties['RouteSettings'] as Record<string, Record<string, number>>;
    expect(settings['GET /grants']).toEqual(settings['GET /credentials']);
    expect(settings['POST /grants']).toEqual(settings['POST /credentials']);
    const total = (limit: string) =>
      Object.values(settings).reduce((sum, each) => sum + (each[limit] ?? 0), 0);
    expect(total('ThrottlingRateLimit')).toBeLessThanOrEqual(10_000);
    expect(total('ThrottlingBurstLimit')).toBeLessThanOrEqual(5_000);
  });
});

describe('what is watched', () => {
  const added = [...alarmsOf(whole)].filter(([name]) => !alarmsOf(plain).has(name));

  it('are four things more', () => {
    const conditions = added.map(([name, { Threshold, DatapointsToAlarm, EvaluationPeriods }]) => [
      name,
      Threshold,
      DatapointsToAlarm,
      EvaluationPeriods,
    ]);
    expect(conditions).toEqual([
      ['AccessGrantsFailures', 10, 2, 3],
      ['IdentityCenterFailures', 10, 2, 3],
      ['MisconfiguredLocations', 10, 2, 3],
      ['GrantsOfAccessRoles', 1, 1, 1],
    ]);
  });

  it('are metrics that the function emits, and all of its codes that are failures', () => {
    const emitted = new Set([...emittedMetrics(), ...filteredMetrics(whole)]);
    const watched = [...alarmsOf(whole).values()]
      .flatMap(alarmMetrics)
      .concat(dashboardWidgets(whole).flatMap(widgetMetrics))
      .filter((metric) => metric.startsWith('IAMSessionBroker/'));
    expect(watched.filter((metric) => !emitted.has(metric))).toEqual([]);
    for (const code of ['AccessGrantsUnavailable', 'IdentityCenterUnavailable', 'LocationMisconfigured']) {
      expect(watched.filter((metric) => metric.includes(`code=${code}`)).length).toBeGreaterThan(1);
    }
  });
});

it('without data access nothing of it is there', () => {
  const text = JSON.stringify(plain.toJSON());
  expect(text).not.toMatch(/sso|grants|IdentityC|DataAccess|data-access|AccessGrants|ListGrants/i);
});
