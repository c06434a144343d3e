// The application of IAM Identity Center by which users' tokens are exchanged, and who has it.
import { CfnApplication, CfnApplicationAssignment } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type { IdentityCenterSettings } from '../settings/settings.ts';
import type { CenterInstance } from './center-instance.ts';
import type { Directory } from './directory.ts';

/** For applications of one's own that speak OAuth. */
const CUSTOM_PROVIDER = 'arn:aws:sso::aws:applicationProvider/custom';

export interface ApplicationOptions {
  readonly instance: CenterInstance;
  readonly directory: Directory;
  readonly name: string;
  readonly settings: Pick<IdentityCenterSettings, 'assignments'>;
}

export class Application extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { instance, directory, name, settings }: ApplicationOptions) {
    super(scope, id);
    const application = new CfnApplication(this, 'Application', {
      instanceArn: instance.arn,
      applicationProviderArn: CUSTOM_PROVIDER,
      name,
      description: 'Exchanges tokens of users for identity contexts',
      // Nobody opens it from the access portal: it has no page.
      portalOptions: { visibility: 'DISABLED' },
    });
    this.arn = application.attrApplicationArn;
    const { users, groups } = settings.assignments;
    const assign = (principalType: string, name: string, principalId: string) =>
      new CfnApplicationAssignment(this, `${principalType} ${name}`, {
        applicationArn: this.arn,
        principalType,
        principalId,
      });
    for (const user of users) assign('USER', user, directory.userId(user));
    for (const group of groups) assign('GROUP', group, directory.groupId(group));
  }
}
