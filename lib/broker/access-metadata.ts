// Access Metadata: the table of registrations, and of the claims that bind an access role to its application.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** One item an application, keyed by `ApplicationName`, and one item an access role. */
export class AccessMetadata extends Construct {
  readonly #table: Table;

  constructor(scope: Construct, id: string, { isRetained }: { isRetained: boolean }) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'ApplicationName', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Kept by a first deployment that is rolled back, too: deletion protection would fail the rollback.
      removalPolicy: isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: isRetained,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isRetained },
    });
  }

  get tableName(): string {
    return this.#table.tableName;
  }

  /** Items by their keys, and nothing that lists them. A transaction needs for each of its actions what that needs by itself. */
  grantReadWrite(grantee: IGrantable): void {
    this.#table.grant(
      grantee,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
    );
  }
}
