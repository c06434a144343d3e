// How a new version takes over: CodeDeploy shifts the alias's traffic, and back where an alarm goes off.
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CredentialsManager } from './credentials-manager.ts';

export interface DeploymentProps {
  readonly credentialsManager: CredentialsManager;
  /** Any of them going off stops the deployment, and sends all traffic to the version before. */
  readonly rollbackAlarms: IAlarm[];
}

/** A tenth of the requests go to the new version for five minutes, then all. */
export class Deployment extends Construct {
  constructor(scope: Construct, id: string, { credentialsManager, rollbackAlarms }: DeploymentProps) {
    super(scope, id);
    const { functionArn } = credentialsManager.function;

    // AWSCodeDeployRoleForLambdaLimited may do the same to every function, and read buckets and call hooks besides:
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      inlinePolicies: {
        ShiftTraffic: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
              resources: [functionArn, `${functionArn}:*`],
            }),
            new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
          ],
        }),
      },
    });

    new LambdaDeploymentGroup(this, 'Group', {
      alias: credentialsManager.alias,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      // Otherwise the construct attaches the managed policy.
      role: role.withoutPolicyUpdates(),
      alarms: rollbackAlarms,
      // Besides what the construct rolls back anyway: a deployment that failed, or ran into an alarm.
      autoRollback: { stoppedDeployment: true },
    });
  }
}
