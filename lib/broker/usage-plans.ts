// Usage plans: the table of the buckets that the execution environments share.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * One item an application, overwritten with every lease and gone when it has long been full.
 *
 * A table of its own: what a flood throttles here reaches no registration, and the function may update these
 * items without being allowed to update those.
 */
export class UsagePlans extends Construct {
  readonly #table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'ApplicationName', type: AttributeType.STRING },
      timeToLiveAttribute: 'ExpiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  get tableName(): string {
    return this.#table.tableName;
  }

  /** Conditional updates of single items, and the read that tells why one failed. */
  grantLease(grantee: IGrantable): void {
    this.#table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }
}
