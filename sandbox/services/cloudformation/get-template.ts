// GetTemplate: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { findStack, stackArn } from './stack-names.ts';

export const getTemplate: Operation = {
  authorize: ({ account, input }) => ({
    action: 'cloudformation:GetTemplate',
    resource: stackArn(account, input['StackName']),
  }),
  run({ account, input }) {
    const { StackName: nameOrId } = input;
    const stack = findStack(account, nameOrId);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return { TemplateBody: stack.templateBody, StagesAvailable: ['Original', 'Processed'] };
  },
};
