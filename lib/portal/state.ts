// What the portal remembers: sessions and sign-ins, which are short-lived, and what users keep.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Three tables, so that a flood of sign-ins that nobody finishes throttles neither who has signed in nor what users keep.
 * Items expire by themselves; what the portal goes by, it looks at the time for.
 */
export class State extends Construct {
  readonly #sessions: Table;
  readonly #signIns: Table;
  readonly #users: Table;

  constructor(scope: Construct, id: string, { isRetained }: { isRetained: boolean }) {
    super(scope, id);
    const table = (key: string) => ({
      partitionKey: { name: key, type: AttributeType.STRING },
      timeToLiveAttribute: 'ExpiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#sessions = new Table(this, 'Sessions', table('SessionHash'));
    this.#signIns = new Table(this, 'SignIns', table('Key'));
    this.#users = new Table(this, 'Users', {
      ...table('UserId'),
      // Kept by a first deployment that is rolled back, too: deletion protection would fail the rollback.
      removalPolicy: isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: isRetained,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isRetained },
    });
  }

  get sessionsTableName(): string {
    return this.#sessions.tableName;
  }

  get signInsTableName(): string {
    return this.#signIns.tableName;
  }

  get usersTableName(): string {
    return this.#users.tableName;
  }

  /** Single items by their key, as each table needs it, and nothing that lists them. */
  grantUse(grantee: IGrantable): void {
    this.#sessions.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.#signIns.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.#users.grant(grantee, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }
}
