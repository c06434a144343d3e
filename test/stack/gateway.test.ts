// What the gateway takes, and what it writes down, in prose.
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { joined } from './monitored-metrics.ts';
import { synthesizeService } from './synthesis.ts';

const template = synthesizeService();

interface Stage {
  readonly Properties: {
    readonly AccessLogSettings: { readonly DestinationArn: unknown; readonly Format: string };
    readonly DefaultRouteSettings?: unknown;
    readonly RouteSettings: Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }>;
  };
  readonly DependsOn: readonly string[];
}

function stageOf(synthesized: Template): Stage {
  return Object.values(synthesized.findResources('AWS::ApiGatewayV2::Stage'))[0] as unknown as Stage;
}

/** Route key → logical id. */
function routesOf(synthesized: Template): Map<string, string> {
  const routes = Object.entries(synthesized.findResources('AWS::ApiGatewayV2::Route'));
  return new Map(routes.map(([id, { Properties }]) => [Properties?.['RouteKey'] as string, id]));
}

describe('the throttles', () => {
  const routes = routesOf(template);
  const { Properties, DependsOn } = stageOf(template);

  it('are one a route: every route has its own, and there is none that all would share', () => {
    expect(Object.keys(Properties.RouteSettings).sort()).toEqual([...routes.keys()].sort());
    expect(Properties.DefaultRouteSettings).toBeUndefined();
  });

  it('wait for their routes, which API Gateway wants to see first', () => {
    expect([...DependsOn].sort()).toEqual([...routes.values()].sort());
  });

  it.each([
    [{}, { credentials: [2_200, 1_000], applications: [220, 200] }],
    [
      {
        throttleRateLimit: 1_500,
        throttleBurstLimit: 750,
        usagePlans: { default: { rateLimit: 50, burstLimit: 100 } },
      },
      { credentials: [1_500, 750], applications: [150, 150] },
    ],
  ])(
    'with %j are %j: those of registrations a tenth of the rate and a fifth of the burst',
    (settings, limits) => {
      const { RouteSettings } = stageOf(synthesizeService(settings)).Properties;
      for (const [routeKey, { ThrottlingRateLimit, ThrottlingBurstLimit }] of Object.entries(RouteSettings)) {
        const expected = routeKey.endsWith('/credentials') ? limits.credentials : limits.applications;
        expect([routeKey, ThrottlingRateLimit, ThrottlingBurstLimit]).toEqual([routeKey, ...expected]);
      }
    },
  );

  it('fit into the quotas that an account starts with, 10,000 a second and 5,000 at once, all routes together', () => {
    const settings = Object.values(Properties.RouteSettings);
    const total = (limit: 'ThrottlingRateLimit' | 'ThrottlingBurstLimit') =>
      settings.reduce((sum, each) => sum + each[limit], 0);
    expect(total('ThrottlingRateLimit')).toBeLessThanOrEqual(10_000);
    expect(total('ThrottlingBurstLimit')).toBeLessThanOrEqual(5_000);
  });

  it('leave room for two plans in full beside a flood of 20 times the largest plan', () => {
    const { ThrottlingRateLimit = 0 } = Properties.RouteSettings['POST /credentials'] ?? {};
    const ofRate = (rateLimit: number) => ({ default: { rateLimit, burstLimit: 200 } });
    const largest = Math.floor(ThrottlingRateLimit / (20 + 2));
    expect(() => synthesizeService({ usagePlans: ofRate(largest) })).not.toThrow();
    expect(() => synthesizeService({ usagePlans: ofRate(largest + 1) })).toThrow(
      `must be at most ${largest} a second`,
    );
  });

  it('are each within the quotas of the smaller regions, 2,500 and 1,250', () => {
    for (const each of Object.values(Properties.RouteSettings)) {
      expect(each.ThrottlingRateLimit).toBeLessThanOrEqual(2_500);
      expect(each.ThrottlingBurstLimit).toBeLessThanOrEqual(1_250);
    }
  });
});

describe('the access log', () => {
  const { DestinationArn, Format } = stageOf(template).Properties.AccessLogSettings;
  const groupId = joined(DestinationArn).replace('.Arn', '');
  const groupName = (stackName: string, stackId: string) => {
    const name = template.findResources('AWS::Logs::LogGroup')[groupId]?.['Properties'].LogGroupName;
    const [, parts] = name['Fn::Join'] as [string, [string, unknown]];
    expect(parts[1]).toEqual({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] });
    return parts[0].replace('IAMSessionBroker-Service', stackName) + stackId.split('/')[2];
  };

  it('has no query strings, where a token could stand', () => {
    expect(Format).toContain('$context.path');
    expect(Format).not.toMatch(/query|\$context\.requestOverride|\$request|protocol/i);
  });

  it('lies where the account’s log resource policy need not grow, under a name that no other stack has or will have', () => {
    const arn = 'arn:aws:cloudformation:eu-west-1:111122223333:stack';
    const name = groupName('Gamma', `${arn}/Gamma/0e2f`);
    expect(name).toBe('/aws/vendedlogs/Gamma/access-log-0e2f');
    expect(groupName('Gamma', `${arn}/Gamma/77aa`)).not.toBe(name);
  });

  it('counts what the gateway throttles, and nothing that a usage plan refuses', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: groupId },
      FilterPattern: '{ ($.status = "429") && ($.integrationLatencyMs = "-") }',
      MetricTransformations: [Match.objectLike({ MetricName: 'GatewayThrottled', MetricValue: '1' })],
    });
    expect(JSON.parse(Format)).toMatchObject({
      status: '$context.status',
      integrationLatencyMs: '$context.integrationLatency',
    });
  });
});
