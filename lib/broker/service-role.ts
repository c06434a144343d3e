// The Service Role: the one principal that access roles trust.
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

const setSourceIdentity = new PolicyStatement({
  actions: ['sts:SetSourceIdentity'],
  resources: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/*`],
});

export interface ServiceRoleProps {
  readonly trusted: IRole;
  readonly isRetained: boolean;
  /** What it may do besides; nothing by default. */
  readonly further?: readonly PolicyStatement[];
}

/**
 * Reaches nothing by itself: who lets it in is decided by the trust policies that name it. Its one permission is half of
 * what a source identity takes: in a chain of roles, both sides must allow that.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 *
 * IAM stores the role's unique id in those trust policies, so a role recreated under the same name is
 * trusted by none of them.
 */
export class ServiceRole extends Construct {
  readonly #role: Role;

  constructor(scope: Construct, id: string, { trusted, isRetained, further = [] }: ServiceRoleProps) {
    super(scope, id);
    this.#role = new Role(this, 'Role', {
      roleName: 'IAMSessionBroker',
      description: 'Assumes the access roles of the registered applications; reaches nothing by itself',
      assumedBy: trusted.grantPrincipal,
      // In the role itself, and no resource beside it: what is retained with the stack is retained whole.
      inlinePolicies: {
        SetSourceIdentity: new PolicyDocument({ statements: [setSourceIdentity] }),
        ...(further.length > 0 && { DataAccess: new PolicyDocument({ statements: [...further] }) }),
      },
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
