// DescribeQueryDefinitions: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html
import type { Operation } from '../../account/operation.ts';
import { integerOf, pageOf, refuseParameters, textOf } from './parameters.ts';

export const describeQueryDefinitions: Operation = {
  authorize: () => ({ action: 'logs:DescribeQueryDefinitions', resource: '*' }),
  run({ account, input }) {
    refuseParameters(input, 'queryLanguage');
    const prefix = textOf(input, 'queryDefinitionNamePrefix') ?? '';
    const limit = integerOf(input, 'maxResults', { min: 1, max: 1_000, otherwise: 1_000 });
    const found = account.queryDefinitions.filter(({ name }) => name.startsWith(prefix));
    const keyOf = ({ name, queryDefinitionId }: (typeof found)[number]) => `${name} ${queryDefinitionId}`;
    const sorted = found.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    const { page, nextToken } = pageOf(input, sorted, limit, keyOf);
    return {
      queryDefinitions: page.map((definition) => ({ queryLanguage: 'CWLI', ...definition })),
      nextToken,
    };
  },
};
