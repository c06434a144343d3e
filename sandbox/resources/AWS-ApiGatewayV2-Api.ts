// AWS::ApiGatewayV2::Api: the HTTP API.
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string(),
  ProtocolType: z.literal('HTTP', 'the sandbox has HTTP APIs only'),
  DisableExecuteApiEndpoint: z.boolean().default(false),
  IpAddressType: ignored('the endpoint listens on 127.0.0.1'),
  Description: ignored('says nothing to a client'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const api = resourceType(properties, async (given, { httpApis, shortId, stackName }) => {
  const isDefaultEndpointDisabled = given.DisableExecuteApiEndpoint;
  const created = await httpApis.create(shortId(), { stackName, isDefaultEndpointDisabled });
  return {
    ref: created.apiId,
    attributes: { ApiId: created.apiId, ApiEndpoint: created.endpointUrl },
  };
});
