// DescribeInstance: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstance.html
import type { Operation } from '../../account/operation.ts';
import { instanceOf, onNamed } from './application-request.ts';
import { shownInstance } from './shown.ts';

export const describeInstance: Operation = {
  recorded: ['InstanceArn'],
  authorize: onNamed('DescribeInstance', 'InstanceArn'),
  run: (call) => shownInstance(instanceOf(call)),
};
