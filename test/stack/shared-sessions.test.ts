// What the broker's stack has where sessions are shared, in prose; and that it has nothing of it where they are not.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
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
import { onlyOf, statementsOf, variablesOf } from './template-resources.ts';

const plain = synthesizeService();
const shared = synthesizeService({ sharedSessions: true });
const [tableId = expect.fail('there is no table')] = Object.keys(
  shared.findResources('AWS::DynamoDB::Table', { Properties: { KeySchema: [{ AttributeName: 'Id' }] } }),
);
const [keyId, key] = onlyOf('AWS::KMS::Key', shared);

describe('shared sessions', () => {
  it('are on in the example of production, and nowhere by themselves', () => {
    const { sandbox, gamma, production } = cdkJson.context.environments;
    const isOn = (name: string, settings: object) => settingsOf({ [name]: settings })[0]?.sharedSessions;
    expect([isOn('sandbox', sandbox), isOn('gamma', gamma), isOn('production', production)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('leave nothing in a stack without them', () => {
    expect(/SharedSession|shared sessions|kms:/.test(JSON.stringify(plain.toJSON()))).toBe(false);
    expect(synthesizeService({ sharedSessions: false }).toJSON()).toEqual(plain.toJSON());
  });
});

describe('the table', () => {
  it('is on demand, forgets what is over by itself, and goes with its stack', () => {
    shared.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
        StreamSpecification: Match.absent(),
        PointInTimeRecoverySpecification: Match.absent(),
      },
    });
  });

  it('is read and updated by single items; the function lists and deletes nothing', () => {
    const known = statementsOf(plain).map((statement) => JSON.stringify(statement));
    const added = statementsOf(shared).filter((statement) => !known.includes(JSON.stringify(statement)));
    expect(added).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Resource: [{ 'Fn::GetAtt': [tableId, 'Arn'] }],
      },
    ]);
  });
});

describe('the key', () => {
  it('encrypts, rotates, and goes with its stack', () => {
    shared.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Delete',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7, KeySpec: Match.absent() },
    });
  });

  it('is used by the function alone, for data keys of this table; administrators use it for nothing', () => {
    const { Statement: statements } = key.Properties['KeyPolicy'] as { Statement: Record<string, unknown>[] };
    const [administration, ...others] = statements;
    expect(administration?.['Sid']).toBe('Administration');
    expect(String(administration?.['Action'])).not.toMatch(/Decrypt|Encrypt|GenerateDataKey|CreateGrant|\*/);
    expect(others).toEqual([
      {
        Sid: 'Sealing',
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::GetAtt': [expect.stringMatching(/^ExecutionRole/), 'Arn'] } },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:EncryptionContext:Table': { Ref: tableId } },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Table', 'Hour'] },
        },
      },
    ]);
  });
});

describe('the function', () => {
  it('knows table and key, with data access too', () => {
    const added = {
      SHARED_SESSIONS_TABLE_NAME: { Ref: tableId },
      SHARED_SESSIONS_KEY_ARN: { 'Fn::GetAtt': [keyId, 'Arn'] },
    };
    expect(variablesOf(shared)).toEqual({ ...variablesOf(plain), ...added });
    const both = synthesizeService({ sharedSessions: true, dataAccess: {} });
    expect(variablesOf(both)).toEqual({ ...variablesOf(synthesizeService({ dataAccess: {} })), ...added });
  });

  it('has room for its variables where every list is as long as it may be', () => {
    const room = 3_100 - 250 - JSON.stringify(defaultSettings.usagePlans).length;
    const hosts = Array.from({ length: 50 }, () => 'a'.repeat(60))
      .join(',')
      .slice(0, room)
      .split(',');
    const settings = {
      jwksHosts: hosts,
      requireIssuer: true,
      requireAudience: true,
      maxTokenAgeSeconds: 86_400,
      clockLeewaySeconds: 300,
      sharedSessions: true,
    };
    const bytes = Object.entries(variablesOf(synthesizeService(settings, 'a'.repeat(31)))).reduce(
      (sum, [name, value]) => {
        const table = (value as { Ref?: string }).Ref;
        const attribute = (value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'];
        const deployed =
          typeof value === 'string'
            ? value
            : table
              ? `IAMSessionBroker-Service-${'a'.repeat(31)}-${table}-1ABCDEFGHIJKL`
              : attribute?.[0] === keyId
                ? 'arn:aws-us-gov:kms:us-gov-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
                : 'arn:aws-us-gov:iam::111122223333:role/IAMSessionBroker';
        return sum + Buffer.byteLength(name + deployed);
      },
      0,
    );
    expect(bytes).toBeLessThanOrEqual(4_096);
    const longer = { ...settings, jwksHosts: [...hosts, 'aa'] };
    expect(() => settingsOf({ sandbox: longer })).toThrow(
      'registrars, usagePlans and sharedSessions together must have at most 3100 bytes',
    );
  });
});

describe('what is watched', () => {
  it('is one thing more, told by a ticket, and not by one failure', () => {
    const added = [...alarmsOf(shared)].filter(([name]) => !alarmsOf(plain).has(name));
    expect(
      added.map(([name, { Threshold, DatapointsToAlarm }]) => [name, Threshold, DatapointsToAlarm]),
    ).toEqual([['SharedSessionsFallback', 5, 2]]);
    expect(added[0]?.[1].AlarmDescription).toContain('Urgency: ticket');
  });

  it('are metrics that the function emits, and all of them', () => {
    const emitted = new Set([...emittedMetrics({ sharedSessions: true }), ...filteredMetrics(shared)]);
    const watched = [...alarmsOf(shared).values()]
      .flatMap(alarmMetrics)
      .concat(dashboardWidgets(shared).flatMap(widgetMetrics));
    const ofTheBroker = watched.filter((metric) => metric.startsWith('IAMSessionBroker/'));
    expect(ofTheBroker.filter((metric) => !emitted.has(metric))).toEqual([]);
    expect(ofTheBroker.filter((metric) => metric.includes('SharedSessionsFallback'))).toHaveLength(2);
    expect(watched.filter((metric) => metric.includes(tableId)).length).toBeGreaterThan(0);
  });
});
