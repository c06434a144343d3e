// The instance of IAM Identity Center: the one that the settings name, or one of the account's own.
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnInstance } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type { IdentityCenterSettings } from '../settings/settings.ts';

export interface CenterInstanceOptions {
  readonly settings: Pick<IdentityCenterSettings, 'instanceArn' | 'identityStoreId'>;
  /** Whether one that the stack made is kept when the stack goes: its users are known by ids of its own. */
  readonly isRetained: boolean;
}

export class CenterInstance extends Construct {
  readonly arn: string;
  readonly identityStoreId: string;

  constructor(scope: Construct, id: string, { settings, isRetained }: CenterInstanceOptions) {
    super(scope, id);
    const { instanceArn, identityStoreId } = settings;
    if (instanceArn !== undefined && identityStoreId !== undefined) {
      this.arn = instanceArn;
      this.identityStoreId = identityStoreId;
      return;
    }
    const instance = new CfnInstance(this, 'Instance', { name: 'IAMSessionBroker' });
    instance.applyRemovalPolicy(
      isRetained ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    );
    this.arn = instance.attrInstanceArn;
    this.identityStoreId = instance.attrIdentityStoreId;
  }
}
