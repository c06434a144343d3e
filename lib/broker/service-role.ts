// The Service Role: the one principal that access roles trust.
import { RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Has no permissions of its own: what it reaches is decided by the trust policies that name it.
 *
 * IAM stores the role's unique id in those trust policies, so a role recreated under the same name is
 * trusted by none of them.
 */
export class ServiceRole extends Construct {
  readonly #role: Role;

  constructor(
    scope: Construct,
    id: string,
    { trusted, isRetained }: { trusted: IRole; isRetained: boolean },
  ) {
    super(scope, id);
    this.#role = new Role(this, 'Role', {
      roleName: 'IAMSessionBroker',
      description: 'Assumes the access roles of the registered applications; has no permissions of its own',
      assumedBy: trusted.grantPrincipal,
    });
    // But for a first deployment that is rolled back: no trust policy names the role yet, and its name would be taken.
    this.#role.applyRemovalPolicy(
      isRetained ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    );
    this.#role.grantAssumeRole(trusted);
  }

  get roleArn(): string {
    return this.#role.roleArn;
  }

  get roleName(): string {
    return this.#role.roleName;
  }
}
