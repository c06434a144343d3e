// The access role: let in by the broker alone, for one application alone, and what it reaches of a tenant.
import { ArnPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RegistrationFields } from '../library/registration.ts';
import { type BrokerReference, serviceRoleArnOf } from './broker-reference.ts';

export interface AccessRoleProps {
  readonly broker: BrokerReference;
  readonly registration: Omit<RegistrationFields, 'AccessRoleName'>;
  /** The name of the application's role. */
  readonly applicationName: string;
  /** Default: CloudFormation makes one up. */
  readonly roleName?: string | undefined;
}

/** A bucket, as far as it is of interest here: any of the CDK's `IBucket` is one. */
export interface TenantBucket {
  readonly bucketArn: string;
  arnForObjects(keyPattern: string): string;
}

/** Any of the CDK's `ITable` and `ITableV2`. */
export interface TenantTable {
  readonly tableArn: string;
}

/** What names the items it touches by their keys: a Scan names none, and would reach every tenant's. */
const READ_ITEMS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] as const;
const WRITE_ITEMS = [
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
] as const;

export class AccessRole extends Construct {
  readonly role: Role;
  readonly #registration: AccessRoleProps['registration'];

  constructor(scope: Construct, id: string, props: AccessRoleProps) {
    super(scope, id);
    const { broker, registration, applicationName, roleName } = props;
    this.#registration = registration;
    const serviceRole = new ArnPrincipal(serviceRoleArnOf(broker));
    this.role = new Role(this, 'Role', {
      ...(roleName !== undefined && { roleName }),
      description: 'Handed out by the IAM Session Broker, with the tenant as session tag',
      // The broker sends the application's name, so no other application is brokered into this role.
      assumedBy: serviceRole.withConditions({ StringEquals: { 'sts:ExternalId': applicationName } }),
    });
    // A statement of its own: an external id is no key of these actions.
    this.role.assumeRolePolicy?.addStatements(
      new PolicyStatement({
        principals: [serviceRole],
        actions: [
          'sts:TagSession',
          ...(registration.SourceIdentityClaim === undefined ? [] : ['sts:SetSourceIdentity']),
        ],
      }),
    );
  }

  /**
   * Objects under `TENANT/`, to read; to write and delete with `write`.
   * @throws Error where a tenant's name may have a slash: it could be another's prefix
   */
  grantTenantPrefix(bucket: TenantBucket, { write = false }: { readonly write?: boolean } = {}): void {
    if (this.#registration.SessionTagValues === 'Any') {
      throw new Error('grantTenantPrefix: takes tenants of SessionTagValues Strict alone');
    }
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', ...(write ? ['s3:DeleteObject', 's3:PutObject'] : [])],
        resources: [bucket.arnForObjects(`${this.#tenant}/*`)],
      }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${this.#tenant}/*` } },
      }),
    );
  }

  /** Items whose partition key is the tenant, to read; to write and delete with `write`. */
  grantTenantItems(table: TenantTable, { write = false }: { readonly write?: boolean } = {}): void {
    this.role.addToPolicy(
      new PolicyStatement({
        actions: [...READ_ITEMS, ...(write ? WRITE_ITEMS : [])],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [this.#tenant] },
          // Of no key at all, "all" would be the tenant's.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
  }

  /** A session without the tag has no such value, and the statement does not apply to it. */
  get #tenant(): string {
    return `\${aws:PrincipalTag/${this.#registration.SessionTagKey}}`;
  }
}
