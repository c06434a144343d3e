// AWS::ApiGatewayV2::Route: a method and a path of an HTTP API, who may call it, and where it leads.
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z
    .string()
    .regex(
      /^(\$default|(ANY|GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS) \/\S*)$/,
      'a route key is $default, or a method and a path',
    ),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z
    .enum(['AWS_IAM', 'NONE'], 'the sandbox authorizes by IAM or not at all')
    .default('NONE'),
  OperationName: ignored('says nothing to a client'),
});

export const route = resourceType(properties, (given, { httpApis, shortId }) => {
  const { integrations, routes } = httpApis.find(given.ApiId);
  const integration = integrations.get(given.Target.replace('integrations/', ''));
  if (!integration) throw new Error(`Invalid integration target ${given.Target}`);
  routes.add({
    routeKey: given.RouteKey,
    authorizationType: given.AuthorizationType,
    integration,
  });
  const routeId = shortId();
  return { ref: routeId, attributes: { RouteId: routeId } };
});
