// AWS::ApiGatewayV2::Api: the HTTP API.
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string(),
  ProtocolType: z.literal('HTTP', 'the sandbox has HTTP APIs only'),
  DisableExecuteApiEndpoint: z.literal(false, 'the sandbox has no custom domain names').optional(),
  Description: ignored('says nothing to a client'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const api = resourceType(properties, (_, { httpApis, shortId }) => {
  const created = httpApis.create(shortId());
  return {
    ref: created.apiId,
    attributes: { ApiId: created.apiId, ApiEndpoint: httpApis.endpointUrl },
  };
});
