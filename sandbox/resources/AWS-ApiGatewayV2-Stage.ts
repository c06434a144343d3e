// AWS::ApiGatewayV2::Stage: from when on an HTTP API answers, how many requests it takes, and what it logs.
import { z } from 'zod';
import { AccessLogFormat } from '../http-api/access-log.ts';
import type { Throttle } from '../http-api/token-bucket.ts';
import { ignored, number, type ResourceContext, resourceType } from './resource-type.ts';

const routeSettings = z.strictObject({
  ThrottlingRateLimit: number.optional(),
  ThrottlingBurstLimit: number.optional(),
  DetailedMetricsEnabled: ignored('there is no CloudWatch'),
});

const properties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default', 'the sandbox has the default stage only'),
  AutoDeploy: z.literal(true, 'the sandbox has no deployments of stages by hand'),
  DefaultRouteSettings: routeSettings.default({}),
  RouteSettings: z.record(z.string(), routeSettings).default({}),
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  Description: ignored('says nothing to a client'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const stage = resourceType(properties, (given, context) => {
  const api = context.httpApis.find(given.ApiId);
  const unknown = Object.keys(given.RouteSettings).find((routeKey) => !api.routes.has(routeKey));
  if (unknown) throw new Error(`Unable to find Route by key ${unknown} within the provided RouteSettings`);
  api.deployStage({
    throttles: {
      all: throttle(given.DefaultRouteSettings),
      routes: Object.fromEntries(
        Object.entries(given.RouteSettings).map(([routeKey, settings]) => [routeKey, throttle(settings)]),
      ),
    },
    ...(given.AccessLogSettings && {
      accessLog: {
        logGroup: destination(given.AccessLogSettings.DestinationArn, context),
        format: new AccessLogFormat(given.AccessLogSettings.Format),
      },
    }),
  });
  return { ref: given.StageName, attributes: {} };
});

/** An account's own quotas, where the settings have none. */
function throttle({ ThrottlingRateLimit, ThrottlingBurstLimit }: z.output<typeof routeSettings>): Throttle {
  return { rateLimit: ThrottlingRateLimit ?? 10_000, burstLimit: ThrottlingBurstLimit ?? 5_000 };
}

function destination(arn: string, { logGroups }: ResourceContext): string {
  const name = /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1] ?? '';
  if (!logGroups.has(name)) throw new Error(`${arn} is not a log group of the sandbox`);
  return name;
}
