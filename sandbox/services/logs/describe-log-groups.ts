// DescribeLogGroups: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
import type { Operation } from '../../account/operation.ts';
import { invalidParameter, logGroupArn } from './log-group-request.ts';
import { integerOf, pageOf, refuseParameters, textOf } from './parameters.ts';

export const describeLogGroups: Operation = {
  authorize: () => ({ action: 'logs:DescribeLogGroups', resource: '*' }),
  run({ account, input }) {
    refuseParameters(
      input,
      'accountIdentifiers',
      'includeLinkedAccounts',
      'logGroupClass',
      'logGroupIdentifiers',
    );
    const prefix = textOf(input, 'logGroupNamePrefix');
    const part = textOf(input, 'logGroupNamePattern');
    if (prefix !== undefined && part !== undefined)
      throw invalidParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      );
    const limit = integerOf(input, 'limit', { min: 1, max: 50, otherwise: 50 });
    const found = account.logGroups.all.filter(
      ({ name }) => name.startsWith(prefix ?? '') && name.includes(part ?? ''),
    );
    const { page, nextToken } = pageOf(input, found, limit, ({ name }) => name);
    return {
      logGroups: page.map(({ name, createdAt }) => ({
        logGroupName: name,
        creationTime: createdAt,
        metricFilterCount: 0,
        arn: logGroupArn(account, name),
        logGroupArn: logGroupArn(account, name).slice(0, -':*'.length),
        logGroupClass: 'STANDARD',
        storedBytes: 0,
      })),
      nextToken,
    };
  },
};
