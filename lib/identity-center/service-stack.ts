// The stack of IAM Identity Center: whose tokens are exchanged for which users' contexts, by whom, and for what.
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IdentityCenterSettings, Settings } from '../settings/settings.ts';
import { actorRolesOf } from './actor-roles.ts';
import { Application } from './application.ts';
import { ApplicationConfiguration } from './application-configuration.ts';
import { CenterInstance } from './center-instance.ts';
import { Directory } from './directory.ts';
import { redundantDependencies } from './linter.ts';
import { TrustedTokenIssuer } from './trusted-token-issuer.ts';

export interface IdentityCenterStackOptions {
  readonly settings: IdentityCenterSettings;
  readonly environment: Pick<Settings, 'account' | 'environmentName' | 'isRetained'>;
}

export class IdentityCenterStack extends Stack {
  readonly directory: Directory;

  constructor(scope: Construct, id: string, { settings, environment }: IdentityCenterStackOptions) {
    super(scope, id, {
      description: 'IAM Identity Center: users’ tokens become identity contexts',
      env: { account: settings.account, region: settings.region },
    });

    this.templateOptions.metadata = redundantDependencies;

    const name = `IAMSessionBroker-${environment.environmentName}`;
    const instance = new CenterInstance(this, 'Instance', { settings, isRetained: environment.isRetained });
    this.directory = new Directory(this, 'Directory', { instance, settings });
    const { directory } = this;
    const issuer = new TrustedTokenIssuer(this, 'TokenIssuer', { instance, name, settings: settings.issuer });
    const application = new Application(this, 'Application', { instance, directory, name, settings });
    new ApplicationConfiguration(this, 'Configuration', {
      applicationArn: application.arn,
      issuerArn: issuer.arn,
      audiences: settings.audiences,
      actors: actorRolesOf(settings, environment),
      isAssignmentRequired: !settings.everyone,
    });

    const output = (id: string, description: string, value: string) =>
      new CfnOutput(this, id, { description, value });
    output('ApplicationARN', 'The application by which users’ tokens are exchanged', application.arn);
    output('TrustedTokenIssuerARN', 'The issuer whose tokens are exchanged', issuer.arn);
    output('InstanceARN', 'The instance, which S3 Access Grants is associated with', instance.arn);
    output('IdentityStoreID', 'The directory that users and groups are in', instance.identityStoreId);
  }
}
