// S3 Access Grants for the story: the instance with its location and its grants, made and taken down, and asked as a role.
import { IAMClient } from '@aws-sdk/client-iam';
import {
  AssociateAccessGrantsIdentityCenterCommand,
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  DeleteAccessGrantCommand,
  DeleteAccessGrantsInstanceCommand,
  DeleteAccessGrantsLocationCommand,
  DissociateAccessGrantsIdentityCenterCommand,
  GetDataAccessCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cleanup } from '../../client/account/cleanup.ts';
import type { ClientConfig } from '../../client/account/clients.ts';
import { type Account, createRole, deleteRole, serviceTrustPolicy } from '../../client/account/roles.ts';
import { type Ask, answerOf, type Keys } from './answer.ts';
import type { Permission } from './shopfast.ts';

const LOCATION_ROLE = 'ShopFast-Location';
const SERVICE = 'access-grants.s3.amazonaws.com';

export interface StoryGrantee {
  readonly granteeType: 'IAM' | 'DIRECTORY_USER' | 'DIRECTORY_GROUP';
  /** An ARN, or an id of the directory. */
  readonly granteeIdentifier: string;
}

export class AccessGrants {
  readonly #iam: IAMClient;
  readonly #s3Control: S3ControlClient;
  readonly #instanceArn: string;

  constructor(
    private readonly account: Account,
    private readonly clientConfig: ClientConfig,
    private readonly cleanup: Cleanup,
  ) {
    const { partition, region, accountId } = account;
    this.#iam = new IAMClient(clientConfig);
    this.#s3Control = s3ControlOf(clientConfig);
    this.#instanceArn = `arn:${partition}:s3:${region}:${accountId}:access-grants/default`;
  }

  /** @returns the location's id: all buckets of the account */
  async open(): Promise<string> {
    const { accountId: AccountId } = this.account;
    const control = this.#s3Control;
    this.cleanup.add(`the role ${LOCATION_ROLE}`, () => deleteRole(this.#iam, LOCATION_ROLE));
    await createRole(this.#iam, LOCATION_ROLE, this.#locationTrust(), { Objects: this.#locationPolicy() });
    await control.send(new CreateAccessGrantsInstanceCommand({ AccountId }));
    this.cleanup.add('the instance of S3 Access Grants', () =>
      control.send(new DeleteAccessGrantsInstanceCommand({ AccountId })),
    );
    const IAMRoleArn = this.#roleArn(LOCATION_ROLE);
    const { AccessGrantsLocationId } = await control.send(
      new CreateAccessGrantsLocationCommand({ AccountId, LocationScope: 's3://', IAMRoleArn }),
    );
    this.cleanup.add('the location', () =>
      control.send(new DeleteAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId })),
    );
    return AccessGrantsLocationId ?? '';
  }

  /** A role that may ask, and for itself reaches nothing. */
  async createAsker(roleName: string): Promise<void> {
    this.cleanup.add(`the role ${roleName}`, () => deleteRole(this.#iam, roleName));
    await createRole(this.#iam, roleName, serviceTrustPolicy(this.account), {
      MayAsk: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetDataAccess', Resource: this.#instanceArn }],
      },
    });
  }

  grantToRole(
    locationId: string,
    roleName: string,
    subPrefix: string,
    permission: Permission,
  ): Promise<void> {
    const grantee = { granteeType: 'IAM', granteeIdentifier: this.#roleArn(roleName) } as const;
    return this.grantTo(locationId, grantee, { subPrefix, permission });
  }

  /** @param cleanup whose it is to take the grant away; by default that of the instance */
  async grantTo(
    locationId: string,
    { granteeType, granteeIdentifier }: StoryGrantee,
    { subPrefix, permission }: { readonly subPrefix: string; readonly permission: Permission },
    cleanup: Cleanup = this.cleanup,
  ): Promise<void> {
    const { accountId: AccountId } = this.account;
    const { AccessGrantId } = await this.#s3Control.send(
      new CreateAccessGrantCommand({
        AccountId,
        AccessGrantsLocationId: locationId,
        AccessGrantsLocationConfiguration: { S3SubPrefix: subPrefix },
        Grantee: { GranteeType: granteeType, GranteeIdentifier: granteeIdentifier },
        Permission: permission,
      }),
    );
    cleanup.add(`the grant of ${subPrefix}`, () =>
      this.#s3Control.send(new DeleteAccessGrantCommand({ AccountId, AccessGrantId })),
    );
  }

  /** Lets users and groups of this instance of IAM Identity Center be grantees. */
  async associate(IdentityCenterArn: string, cleanup: Cleanup): Promise<void> {
    const { accountId: AccountId } = this.account;
    await this.#s3Control.send(
      new AssociateAccessGrantsIdentityCenterCommand({ AccountId, IdentityCenterArn }),
    );
    cleanup.add('the association with IAM Identity Center', () =>
      this.#s3Control.send(new DissociateAccessGrantsIdentityCenterCommand({ AccountId })),
    );
  }

  /** Assumes the role once. @returns how it asks for what its grants say, and no more than it asks for */
  async askAs(roleName: string): Promise<Ask> {
    const { accountId: AccountId } = this.account;
    const assumed = await new STSClient(this.clientConfig).send(
      new AssumeRoleCommand({ RoleArn: this.#roleArn(roleName), RoleSessionName: 'ShopFast' }),
    );
    const credentials = keysOf(assumed.Credentials);
    const control = s3ControlOf({ ...this.clientConfig, credentials });
    const ask = async (Target: string, Permission: Permission) => {
      const answer = await control.send(new GetDataAccessCommand({ AccountId, Target, Permission }));
      const { GranteeType, GranteeIdentifier } = answer.Grantee ?? {};
      const grantee = `${GranteeType} ${GranteeIdentifier}`;
      return { matched: answer.MatchedGrantTarget ?? '', grantee, keys: keysOf(answer.Credentials) };
    };
    return (target, permission) => answerOf(ask(target, permission), ({ code }) => code === 'AccessDenied');
  }

  #roleArn(roleName: string): string {
    return `arn:${this.account.partition}:iam::${this.account.accountId}:role/${roleName}`;
  }

  /** Of this account's instance alone. */
  #locationTrust() {
    const Condition = {
      StringEquals: { 'aws:SourceAccount': this.account.accountId },
      ArnEquals: { 'aws:SourceArn': this.#instanceArn },
    };
    const providers = {
      'sts:RequestContextProviders': `arn:${this.account.partition}:iam::aws:contextProvider/IdentityCenter`,
    };
    const asService = { Effect: 'Allow', Principal: { Service: SERVICE } };
    const Statement = [
      { ...asService, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Condition },
      // Users of a directory are taken along.
      {
        ...asService,
        Action: 'sts:SetContext',
        Condition: { ...Condition, 'ForAllValues:ArnEquals': providers },
      },
    ];
    return { Version: '2012-10-17' as const, Statement };
  }

  #locationPolicy() {
    const Condition = { ArnEquals: { 's3:AccessGrantsInstanceArn': this.#instanceArn } };
    const Action = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'];
    return {
      Version: '2012-10-17' as const,
      Statement: [{ Effect: 'Allow', Action, Resource: '*', Condition }],
    };
  }
}

/** S3 Control's clients put the account before the endpoint's host, where no address may be. */
function s3ControlOf({ endpoint, region, credentials }: ClientConfig): S3ControlClient {
  const endpointProvider = endpoint === undefined ? undefined : () => ({ url: new URL(endpoint) });
  return new S3ControlClient({
    region,
    ...(credentials && { credentials }),
    ...(endpointProvider && { endpointProvider }),
  });
}

interface Issued {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

function keysOf({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Issued = {}): Keys {
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
