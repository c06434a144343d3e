// AWS::ApiGatewayV2::Stage: from when on an HTTP API answers, how many requests it takes, and what it logs.
import { z } from 'zod';
import { AccessLogFormat } from '../http-api/access-log.ts';
import { ignored, number, type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default', 'the sandbox has the default stage only'),
  AutoDeploy: z.literal(true, 'the sandbox has no deployments of stages by hand'),
  DefaultRouteSettings: z
    .strictObject({
      ThrottlingRateLimit: number.optional(),
      ThrottlingBurstLimit: number.optional(),
      DetailedMetricsEnabled: ignored('there is no CloudWatch'),
    })
    .default({}),
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  Description: ignored('says nothing to a client'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const stage = resourceType(properties, (given, context) => {
  const { ThrottlingRateLimit, ThrottlingBurstLimit } = given.DefaultRouteSettings;
  context.httpApis.find(given.ApiId).deployStage({
    // An account's own quotas, where the stage sets none.
    throttle: { rateLimit: ThrottlingRateLimit ?? 10_000, burstLimit: ThrottlingBurstLimit ?? 5_000 },
    ...(given.AccessLogSettings && {
      accessLog: {
        logGroup: destination(given.AccessLogSettings.DestinationArn, context),
        format: new AccessLogFormat(given.AccessLogSettings.Format),
      },
    }),
  });
  return { ref: given.StageName, attributes: {} };
});

function destination(arn: string, { logGroups }: ResourceContext): string {
  const name = /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1] ?? '';
  if (!logGroups.has(name)) throw new Error(`${arn} is not a log group of the sandbox`);
  return name;
}
