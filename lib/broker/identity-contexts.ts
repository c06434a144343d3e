// Identity contexts: the table of the exchanges that all execution environments share.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** One item a token, gone after a day; what it holds is sealed under a key that only the token gives. */
export class IdentityContexts extends Construct {
  readonly #table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'ExchangeId', type: AttributeType.STRING },
      timeToLiveAttribute: 'ExpiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  get tableName(): string {
    return this.#table.tableName;
  }

  /** Single items by their key, and nothing that lists them. */
  grantExchange(grantee: IGrantable): void {
    this.#table.grant(
      grantee,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
  }
}
