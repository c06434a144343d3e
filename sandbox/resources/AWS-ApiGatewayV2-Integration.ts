// AWS::ApiGatewayV2::Integration: what an HTTP API calls, here always a Lambda function.
import { z } from 'zod';
import { ignored, number, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'the sandbox integrates Lambda functions only'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'the sandbox has payload format 2.0 only'),
  IntegrationMethod: z.literal('POST').optional(),
  TimeoutInMillis: number.min(50).max(30_000).default(30_000),
  Description: ignored('says nothing to the function'),
});

/** `arn:…:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations` is the older spelling of the ARN in it. */
const invocationUri = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

export const integration = resourceType(properties, (given, { functions, httpApis, shortId }) => {
  const functionArn = invocationUri.exec(given.IntegrationUri)?.[1] ?? given.IntegrationUri;
  const integrationId = shortId();
  httpApis.find(given.ApiId).integrations.set(integrationId, {
    ...functions.find(functionArn),
    timeoutMs: given.TimeoutInMillis,
  });
  return { ref: integrationId, attributes: { IntegrationId: integrationId } };
});
