// What is watched, in prose: what raises an alarm, what does not, and who is told.
import { App } from 'aws-cdk-lib';
import { Capture, Template } from 'aws-cdk-lib/assertions';
import { LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { describe, expect, it } from 'vitest';
import type { CredentialsManager } from '../../lib/broker/credentials-manager.ts';
import type { Monitoring } from '../../lib/broker/monitoring/monitoring.ts';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { assumptions } from '../../scripts/cost.ts';
import { emittedMetrics } from '../support/emitted-metrics.ts';
import {
  type AlarmProperties,
  alarmMetrics,
  alarmsOf,
  compositeAlarmsOf,
  dashboardWidgets,
  filteredMetrics,
  isRaised,
  widgetMetrics,
} from './monitored-metrics.ts';
import { settingsOf, synthesizeService } from './synthesis.ts';

const topics = ['arn:aws:sns:eu-west-1:111122223333:pager', 'arn:aws:sns:eu-west-1:111122223333:chat'];
const template = synthesizeService({ alarmTargets: topics });
const alarms = alarmsOf(template);
const composites = compositeAlarmsOf(template);
const widgets = dashboardWidgets(template);
const alarm = (name: string): AlarmProperties => {
  const found = alarms.get(name);
  if (!found) throw new Error(`no alarm ${name}; there are ${[...alarms.keys()].join(', ')}`);
  return found;
};

describe('a metric of the broker that is watched', () => {
  const emitted = new Set([...emittedMetrics(), ...filteredMetrics(template)]);
  const watched = [...alarms.values()].flatMap(alarmMetrics).concat(widgets.flatMap(widgetMetrics));
  const ofTheBroker = [...new Set(watched)].filter((metric) => metric.startsWith('IAMSessionBroker/'));

  it('is one that the function emits, or that is counted in its logs, with these very dimensions', () => {
    expect(ofTheBroker.length).toBeGreaterThan(30);
    expect(ofTheBroker.filter((metric) => !emitted.has(metric))).toEqual([]);
  });

  it('is every name that is emitted', () => {
    const names = (metrics: Iterable<string>) =>
      new Set([...metrics].map((metric) => metric.slice(0, metric.indexOf('{'))));
    expect(names(ofTheBroker)).toEqual(names(emitted));
  });
});

describe('the metrics of AWS that are watched', () => {
  it('are of the alias, which is what the gateway invokes, and of the stage', () => {
    const ofAws = [...alarms.values()].flatMap(alarmMetrics).filter((metric) => metric.startsWith('AWS/'));
    expect(ofAws).toHaveLength(4);
    for (const metric of ofAws) {
      expect(metric).toMatch(
        /^AWS\/Lambda\/\w+\{FunctionName=(\w+),Resource=\1:live\}$|^AWS\/ApiGateway\/5xx\{ApiId=\w+,Stage=\$default\}$/,
      );
    }
  });
});

describe('the availability of credentials', () => {
  const fast = alarm('CredentialsAvailabilityFastBurnLong');

  it.each<[string, Record<string, number>, boolean]>([
    ['2% of many requests fail', { requests: 10_000, failed: 200 }, true],
    ['1% of many requests fail', { requests: 10_000, failed: 100 }, false],
    ['all of a few requests fail', { requests: 12, failed: 12 }, true],
    ['all of hardly any requests fail', { requests: 9, failed: 9 }, false],
    ['no request fails', { requests: 10_000 }, false],
    ['there are no requests', {}, false],
    ['requests fail because keys cannot be fetched', { requests: 100, failed: 90, keys: 90 }, false],
    [
      'requests fail, some of them because keys cannot be fetched',
      { requests: 100, failed: 90, keys: 40 },
      true,
    ],
  ])('when %s', (_, values, raised) => {
    expect(isRaised(fast, values)).toBe(raised);
  });
});

describe('the latency of credentials', () => {
  const fast = alarm('CredentialsLatencyFastBurnShort');

  it.each<[string, Record<string, number>, boolean]>([
    ['a fifth of the requests is slow', { requests: 1_000, fast: 80 }, true],
    ['a tenth of the requests is slow', { requests: 1_000, fast: 90 }, false],
    ['hardly any request is there to be slow', { requests: 9, fast: 0 }, false],
    ['every request is fast', { requests: 1_000, fast: 100 }, false],
    ['there are no requests', {}, false],
  ])('when %s', (_, values, raised) => {
    expect(isRaised(fast, values)).toBe(raised);
  });

  it('is the share of requests within half a second', () => {
    expect(fast.Metrics.find(({ Id }) => Id === 'fast')?.MetricStat?.Stat).toBe('PR(:500)');
  });
});

describe('a burn rate', () => {
  it.each([
    ['FastBurn', 14.4, 3_600, 300],
    ['SlowBurn', 6, 21_600, 1_800],
    ['Drift', 3, 86_400, 7_200],
  ])('%s is %d over a long window and a short one, both at once', (name, rate, longSeconds, shortSeconds) => {
    for (const objective of ['CredentialsAvailability', 'CredentialsLatency']) {
      const entry = `${objective}${name}`;
      for (const [window, seconds] of [
        ['Long', longSeconds],
        ['Short', shortSeconds],
      ] as const) {
        const { Threshold, EvaluationPeriods, Metrics } = alarm(`${entry}${window}`);
        expect({ Threshold, EvaluationPeriods }).toEqual({ Threshold: rate, EvaluationPeriods: 1 });
        for (const { MetricStat } of Metrics) {
          if (MetricStat) expect(MetricStat.Period).toBe(seconds);
        }
      }
      expect(composites.get(entry)?.AlarmRule).toMatch(
        new RegExp(`^\\(ALARM\\("\\w*${entry}Long\\w*"\\) AND ALARM\\("\\w*${entry}Short\\w*"\\)\\)$`),
      );
    }
  });
});

describe('a count', () => {
  it.each<[string, Record<string, number>, boolean]>([
    ['StsThrottling', { m0: 10 }, true],
    ['StsThrottling', { m0: 9 }, false],
    ['InternalErrors', { m0: 1 }, true],
    ['TakeoverConflicts', { m1: 1 }, true],
    ['TakeoverConflicts', { m2: 1 }, true],
    ['TakeoverConflicts', { m3: 1 }, true],
    ['RegistrationChanges', { m1: 1 }, true],
    ['RegistrationChanges', {}, false],
    ['ForgedTokens', { m0: 6, m1: 4 }, true],
    ['ForgedTokens', {}, false],
    ['GatewayThrottles', { m0: 100 }, true],
    ['GatewayThrottles', { m0: 99 }, false],
    ['GatewayFailures', { m0: 100, s4: 95 }, false],
    ['GatewayFailures', { m0: 100, s4: 50 }, true],
  ])('%s of %o raises its alarm: %s', (name, values, raised) => {
    expect(isRaised(alarm(name), values)).toBe(raised);
  });

  it('of what passes by itself must last: two periods of three', () => {
    for (const name of [
      'GatewayThrottles',
      'StsFailures',
      'StsThrottling',
      'AccessMetadataFailures',
      'JwksFailures',
    ]) {
      expect(alarm(name)).toMatchObject({ DatapointsToAlarm: 2, EvaluationPeriods: 3 });
    }
  });
});

describe('every alarm', () => {
  it('is in the reckoning of docs/cost.md', () => {
    expect([...alarms.values()].flatMap(alarmMetrics)).toHaveLength(assumptions.alarmMetrics);
    expect([...composites]).toHaveLength(assumptions.compositeAlarms);
  });

  it('takes no data for no trouble: a broker that nobody calls is quiet', () => {
    for (const { TreatMissingData } of alarms.values()) expect(TreatMissingData).toBe('notBreaching');
  });

  it('tells all topics of its begin and its end, but for the windows of a burn rate, which tell nobody', () => {
    const windows = [...alarms.keys()].filter((name) => /(Long|Short)$/.test(name));
    expect(windows).toHaveLength(12);
    for (const [name, { AlarmActions, OKActions }] of [...alarms, ...composites]) {
      const told = windows.includes(name) ? undefined : topics;
      expect({ name, AlarmActions, OKActions }).toEqual({ name, AlarmActions: told, OKActions: told });
    }
  });

  it('tells nobody where no topic is set', () => {
    for (const { AlarmActions } of alarmsOf(synthesizeService()).values()) {
      expect(AlarmActions).toBeUndefined();
    }
  });

  it('evaluates metrics that CloudWatch can evaluate together: ten at most, of one period, within a day', () => {
    for (const { Metrics, EvaluationPeriods } of alarms.values()) {
      const stats = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
      const periods = [...new Set(stats.map(({ Period }) => Period))];
      expect(stats.length).toBeLessThanOrEqual(10);
      expect(periods).toHaveLength(1);
      expect((periods[0] as number) * EvaluationPeriods).toBeLessThanOrEqual(86_400);
    }
  });
});

describe('the alarms that roll a deployment back', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const [sandbox] = settingsOf();
  const stack = new ServiceStack(app, 'IAMSessionBroker-Service-Sandbox', sandbox as Settings);
  const { rollbackAlarms } = stack.node.findChild('Monitoring') as Monitoring;
  const { alias } = stack.node.findChild('CredentialsManager') as CredentialsManager;
  new LambdaDeploymentGroup(stack, 'Deployment', { alias, alarms: rollbackAlarms });

  it('are what fails within minutes: crashes, and the shortest window of the availability', () => {
    expect(alarmNames(Template.fromStack(stack))).toEqual([
      'IAMSessionBroker-Service-Sandbox-CredentialsAvailabilityFastBurnShort',
      'IAMSessionBroker-Service-Sandbox-FunctionErrors',
    ]);
  });

  it('do not wait for the alias, which waits for them', () => {
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  function alarmNames(deployed: Template): string[] {
    const names = new Capture();
    deployed.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Alarms: names },
    });
    const resources = deployed.findResources('AWS::CloudWatch::Alarm');
    return names
      .asArray()
      .map(({ Name }: { Name: { Ref: string } }) => resources[Name.Ref]?.['Properties'].AlarmName as string);
  }
});

describe('the dashboard', () => {
  it('shows the state of every alarm that tells somebody', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toHaveLength(alarms.size - 12 + composites.size);
  });

  it('has rows without a hole: 24 columns, and widgets of one height', () => {
    const rows = [...new Set(widgets.map(({ y }) => y))].map((at) => widgets.filter(({ y }) => y === at));
    for (const row of rows) {
      expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
      expect(new Set(row.map(({ height }) => height)).size).toBe(1);
    }
    expect(rows.length).toBeGreaterThan(6);
  });

  it('shows requests, failures, denials, the function, the gateway and the tables', () => {
    const titles = widgets.map(({ properties }) => properties.title ?? '').join('\n');
    for (const subject of ['Requests', 'Failures', 'Denials', 'Function', 'Gateway', 'Tables']) {
      expect(titles).toContain(subject);
    }
  });
});
