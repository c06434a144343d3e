// The findings of cdk-nag's AWS Solutions pack that stand, each with its reason; whatever else it finds is mended.
import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Settings } from './settings/settings.ts';

export interface Acknowledgement {
  /** Path of the construct below its stack. */
  readonly path: string;
  /** Rule of the pack, with the finding in brackets where the rule has several. */
  readonly id: string;
  readonly reason: string;
}

export const identityProviderAcknowledgements: readonly Acknowledgement[] = [
  {
    path: 'UserPool',
    id: 'AwsSolutions-COG2',
    reason: 'An example whose users are made by a script and sign in from one, with nobody to enter a code.',
  },
  {
    path: 'UserPool',
    id: 'AwsSolutions-COG8',
    reason: 'The plus tier is paid for by user; its threat protection would have no real users to protect.',
  },
];

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
    ...(settings.isRetained ? [] : whereNothingIsRetained),
    ...(settings.isDeployedGradually ? whereDeployedGradually : []),
  ];
}

/** @throws Error for a path that the stack does not have: the finding is gone, and its reason should go too. */
export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const { path, id, reason } of acknowledgements) {
    const construct = path.split('/').reduce<IConstruct>((scope, name) => scope.node.findChild(name), stack);
    Validations.of(construct).acknowledge({ id, reason });
  }
}
