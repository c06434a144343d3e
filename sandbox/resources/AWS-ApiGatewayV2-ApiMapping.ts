// AWS::ApiGatewayV2::ApiMapping: which API a custom domain name leads to.
import { z } from 'zod';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  DomainName: z.string(),
  Stage: z.string(),
  ApiMappingKey: z.literal('', 'the sandbox maps the root of a domain only').optional(),
});

export const apiMapping = resourceType(properties, (given, { httpApis, shortId }) => {
  // The one stage that there can be; another name, or none yet, is a stage that does not exist.
  if (given.Stage !== '$default' || !httpApis.find(given.ApiId).stage) {
    throw new Error(`Invalid stage identifier specified ${given.Stage}`);
  }
  httpApis.map(given.DomainName, given.ApiId);
  const apiMappingId = shortId();
  return { ref: apiMappingId, attributes: { ApiMappingId: apiMappingId } };
});
