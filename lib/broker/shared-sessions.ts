// Shared sessions: the table by which all execution environments share what one was issued, and the key that seals it.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../../service/broker/environment.ts';
import { keyAdministration } from '../key-administration.ts';

export interface SharedSessionsProps {
  /** The function's own role; gets the grants it needs here. */
  readonly executionRole: IRole;
}

/** One item a session, gone when that is over, and one an hour with its data key: without them, STS is asked again. */
export class SharedSessions extends Construct {
  readonly #table: Table;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { executionRole }: SharedSessionsProps) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'Id', type: AttributeType.STRING },
      timeToLiveAttribute: 'ExpiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Single items by their key; nothing that lists them, and nothing that deletes: DynamoDB does, when they are over.
    this.#table.grant(executionRole, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    this.#key = new Key(this, 'Key', {
      description: 'Seals the sessions that the execution environments of IAM Session Broker share',
      enableKeyRotation: true,
      policy: new PolicyDocument({
        statements: [keyAdministration({ rotates: true }), use(executionRole, this.#table)],
      }),
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
  }

  get tableName(): string {
    return this.#table.tableName;
  }

  get variables(): Readonly<Record<string, string>> {
    return {
      [EnvironmentVariable.sharedSessionsTableName]: this.#table.tableName,
      [EnvironmentVariable.sharedSessionsKeyArn]: this.#key.keyArn,
    };
  }
}

/** Data keys of 256 bits, of this table alone: what anybody else has encrypted for whatever is not opened. */
function use(executionRole: IRole, { tableName }: Table): PolicyStatement {
  return new PolicyStatement({
    sid: 'Sealing',
    principals: [executionRole.grantPrincipal],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'kms:EncryptionContext:Table': tableName },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Table', 'Hour'] },
    },
  });
}
