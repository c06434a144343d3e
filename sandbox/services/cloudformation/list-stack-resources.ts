// ListStackResources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { authorizeOnStack, namedStack } from './named-stack.ts';
import { shownResource } from './stack-resource.ts';

const PAGE = 100;

export const listStackResources: Operation = {
  authorize: authorizeOnStack('ListStackResources'),
  run(call) {
    const { resources } = namedStack(call);
    const from = readToken(call.input['NextToken']);
    const page = resources.slice(from, from + PAGE);
    return {
      StackResourceSummaries: page.map((resource) => ({
        ...shownResource(resource),
        LastUpdatedTimestamp: new Date(resource.changedAt).toISOString(),
      })),
      ...(resources.length > from + PAGE && { NextToken: String(from + PAGE) }),
    };
  },
};

function readToken(token: unknown): number {
  if (token === undefined) return 0;
  if (/^\d{1,9}$/.test(String(token))) return Number(token);
  throw new AwsError('ValidationError', 'NextToken is not one that this operation has given.');
}
