// AWS::IAM::OIDCProvider
import { z } from 'zod';
import { resourceType, tags } from './resource-type.ts';

const properties = z.strictObject({
  Url: z.string(),
  ClientIdList: z.array(z.string()).default([]),
  ThumbprintList: z.array(z.string()).default([]),
  Tags: tags,
});

export const oidcProvider = resourceType(properties, (given, { account: { identities } }) => {
  const { arn } = identities.oidcProviders.create({
    url: given.Url,
    clientIds: given.ClientIdList,
    thumbprints: given.ThumbprintList,
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
  });
  return { ref: arn, attributes: { Arn: arn } };
});
