// AWS::Logs::LogGroup
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  LogGroupName: z.string().optional(),
  RetentionInDays: ignored('a sandbox does not live for a day'),
  LogGroupClass: z.literal('STANDARD').optional(),
  KmsKeyId: ignored('logs are kept in memory'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const logGroup = resourceType(
  properties,
  ({ LogGroupName }, { account, logGroups, physicalName }) => {
    const name = LogGroupName ?? physicalName(512);
    logGroups.create(name);
    const arn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${name}:*`;
    return { ref: name, attributes: { Arn: arn } };
  },
  { delete: ({ ref }, { logGroups }) => logGroups.delete(ref) },
);
