// AWS::Logs::QueryDefinition
import { z } from 'zod';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().min(1).max(255),
  QueryString: z.string().min(1).max(10_000),
  LogGroupNames: z.array(z.string()).default([]),
  QueryLanguage: z.literal('CWLI').optional(),
});

export const queryDefinition = resourceType(
  properties,
  ({ Name: name, QueryString: queryString, LogGroupNames: logGroupNames }, { account, uuid }) => {
    const queryDefinitionId = uuid();
    account.queryDefinitions.push({
      queryDefinitionId,
      name,
      queryString,
      logGroupNames,
      lastModified: account.now(),
    });
    return { ref: queryDefinitionId, attributes: { QueryDefinitionId: queryDefinitionId } };
  },
);
