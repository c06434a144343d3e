// CreateApplication: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateApplication.html
import type { Operation } from '../../account/operation.ts';
import { instanceOf } from './application-request.ts';

export const createApplication: Operation = {
  recorded: ['InstanceArn', 'Name'],
  authorize({ account, input }) {
    const { InstanceArn, ApplicationProviderArn } = input;
    const application = account.identityCenter.requireInstance().applications.newArn();
    return [application, InstanceArn, ApplicationProviderArn].map((resource) => ({
      action: 'sso:CreateApplication',
      resource: String(resource),
    }));
  },
  run(call) {
    const { applications, arn: InstanceArn, identityStoreArn: IdentityStoreArn } = instanceOf(call);
    return { ApplicationArn: applications.create(call.input).arn, InstanceArn, IdentityStoreArn };
  },
};
