// CreateInstance: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html
import type { Operation } from '../../account/operation.ts';

export const createInstance: Operation = {
  recorded: ['Name'],
  authorize: ({ account }) => ({
    action: 'sso:CreateInstance',
    resource: account.identityCenter.newInstanceArn(),
  }),
  run: ({ account, input }) => ({ InstanceArn: account.identityCenter.createInstance(input['Name']).arn }),
};
