// GetTemplate: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
import type { Operation } from '../../account/operation.ts';
import { authorizeOnStack, namedStack } from './named-stack.ts';

export const getTemplate: Operation = {
  authorize: authorizeOnStack('GetTemplate'),
  run: (call) => ({
    TemplateBody: namedStack(call).templateBody,
    StagesAvailable: ['Original', 'Processed'],
  }),
};
