// What cdk-nag finds in the broker's stack and stands, each with its reason.
import type { Acknowledgement } from '../acknowledgement.ts';
import type { Settings } from '../settings/settings.ts';

const everywhere: readonly Acknowledgement[] = [
  {
    path: 'UsagePlans/Table',
    id: 'AwsSolutions-DDB3',
    reason: 'Its items are worth nothing after seconds; a new table admits as the old one did.',
  },
  {
    path: 'ExecutionRole/DefaultPolicy',
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'X-Ray has no resources that sending segments could be limited to; no other statement has a wildcard.',
  },
  {
    path: 'ServiceRole/Role',
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*]',
    reason:
      'Access roles may have any name, and come and go; the trust policy of each must allow the source identity too.',
  },
];

const withIdentityContexts: readonly Acknowledgement[] = [
  {
    path: 'DataAccess/IdentityContexts/Table',
    id: 'AwsSolutions-DDB3',
    reason: 'Its items are good for an hour; without them users sign in once more.',
  },
];

const withSharedSessions: readonly Acknowledgement[] = [
  {
    path: 'SharedSessions/Table',
    id: 'AwsSolutions-DDB3',
    reason: 'Its items are good for an hour; without them STS is asked once more.',
  },
];

const whereNothingIsRetained: readonly Acknowledgement[] = [
  {
    path: 'AccessMetadata/Table',
    id: 'AwsSolutions-DDB3',
    reason:
      'The sandbox is deleted with all that it holds; every other environment has point-in-time recovery.',
  },
];

const whereDeployedGradually: readonly Acknowledgement[] = [
  {
    path: 'Deployment/Role',
    id: 'AwsSolutions-IAM5[Resource::<CredentialsManagerFunction573DE722.Arn>:*]',
    reason: 'The versions and the alias of the one function that is deployed; versions get new numbers.',
  },
  {
    path: 'Deployment/Role',
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'CodeDeploy describes the alarms that roll back without naming them one by one; it reads, no more.',
  },
];

export function serviceAcknowledgements(settings: Settings): readonly Acknowledgement[] {
  return [
    ...everywhere,
    ...(Object.keys(settings.dataAccess?.identityCenterApplications ?? {}).length > 0
      ? withIdentityContexts
      : []),
    ...(settings.sharedSessions ? withSharedSessions : []),
    ...(settings.isRetained ? [] : whereNothingIsRetained),
    ...(settings.isDeployedGradually ? whereDeployedGradually : []),
  ];
}
