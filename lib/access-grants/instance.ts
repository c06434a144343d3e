// The instance of S3 Access Grants, and whose users and groups it knows.
import { CfnAccessGrantsInstance } from 'aws-cdk-lib/aws-s3';
import { Construct, type IDependable } from 'constructs';

export class Instance extends Construct {
  readonly arn: string;
  readonly isAssociated: boolean;
  readonly dependable: CfnAccessGrantsInstance & IDependable;

  constructor(
    scope: Construct,
    id: string,
    { identityCenterArn }: { identityCenterArn: string | undefined },
  ) {
    super(scope, id);
    this.isAssociated = identityCenterArn !== undefined;
    this.dependable = new CfnAccessGrantsInstance(this, 'Instance', {
      ...(identityCenterArn !== undefined && { identityCenterArn }),
    });
    this.arn = this.dependable.attrAccessGrantsInstanceArn;
  }
}
