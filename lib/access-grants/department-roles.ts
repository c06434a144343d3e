// Roles of departments: they may ask S3 Access Grants what is theirs, and do nothing else.

import { Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Instance } from './instance.ts';

export class DepartmentRoles extends Construct {
  readonly #byName = new Map<string, Role>();

  constructor(
    scope: Construct,
    id: string,
    { instance, names }: { instance: Instance; names: readonly string[] },
  ) {
    super(scope, id);
    const ask = new PolicyStatement({
      actions: ['s3:GetDataAccess', 's3:ListCallerAccessGrants', 's3:GetAccessGrantsInstanceForPrefix'],
      resources: [instance.arn],
    });
    for (const roleName of names) {
      const role = new Role(this, roleName, {
        roleName,
        description: 'Asks S3 Access Grants for data; reaches nothing by itself',
        // Who in the account may assume it is said by the policies of those who do.
        assumedBy: new AccountPrincipal(Stack.of(this).account),
        inlinePolicies: { AccessGrants: new PolicyDocument({ statements: [ask] }) },
      });
      this.#byName.set(roleName, role);
    }
  }

  get arns(): readonly string[] {
    return [...this.#byName.values()].map(({ roleArn }) => roleArn);
  }

  /** @param role a name of the settings, or the ARN of another role */
  arnOf(role: string): string {
    return this.#byName.get(role)?.roleArn ?? role;
  }
}
