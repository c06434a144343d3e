// An AWS account of the sandbox: what exists in it, and nothing of how it is reached.
import type { AccessGrants } from '../access-grants/access-grants.ts';
import type { Identities } from '../identities/identities.ts';
import type { IdentityCenter } from '../identity-center/identity-center.ts';
import type { KmsKeys } from '../kms-keys/kms-keys.ts';
import type { LogGroups } from '../log-groups.ts';
import type { UserPool } from '../user-pools/user-pool.ts';
import type { Faults } from './faults.ts';
import type { Trail } from './trail.ts';

export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  /** Whether the stacks are in it. Another one has the services alone that are `inEveryAccount`. */
  readonly isFirst: boolean;
  /** Every account by its number, this one too; the same map in each. */
  readonly all: Map<string, Account>;
  readonly region: string;
  readonly partition: 'aws';
  /** Milliseconds since the epoch; every expiry and signature check goes by it. */
  readonly now: () => number;
  /** IAM and STS: roles, users, access keys, sessions. */
  readonly identities: Identities;
  /** S3, by bucket name. No two accounts have a bucket of one name. */
  readonly buckets: Map<string, Bucket>;
  /** S3 Access Grants: the account's instance, with its locations and grants. */
  readonly accessGrants: AccessGrants;
  /** Cognito, by user pool id. */
  readonly userPools: Map<string, UserPool>;
  /** ACM, by ARN: the names that the certificate is for. */
  readonly certificates: Map<string, readonly string[]>;
  readonly kmsKeys: KmsKeys;
  /** IAM Identity Center: the account's instance, with its directory, token issuers and applications. */
  readonly identityCenter: IdentityCenter;
  /** Route 53: the alias records of all hosted zones. */
  readonly aliasRecords: AliasRecord[];
  /** CloudWatch Logs: the log groups, with what was written. */
  readonly logGroups: LogGroups;
  /** CloudWatch Logs Insights: the saved queries. */
  readonly queryDefinitions: QueryDefinition[];
  /** CloudWatch Logs Insights: what was asked, by query id; the oldest first. */
  readonly logQueries: Map<string, LogQuery>;
  /** CloudFormation, by stack name. */
  readonly stacks: Map<string, Stack>;
  /** Where dynalite listens: `http://127.0.0.1:PORT`. */
  readonly dynamoDbEndpoint: string;
  /** Where the user pools publish their JWK sets: `https://localhost:PORT`, no slash at the end. */
  readonly issuerBaseUrl: string;
  /** Every API call and its outcome, the newest last: the sandbox's CloudTrail. */
  readonly trail: Trail;
  /** Failures that a test injects. */
  readonly faults: Faults;
  /** Every action is allowed, and no policy looked at: for measuring what a request costs beside that. Default false. */
  readonly allowsAll?: boolean;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly objects: Map<string, BucketObject>;
}

export interface BucketObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Hex MD5 of the body, without quotes. */
  readonly etag: string;
  readonly lastModified: number;
}

export interface AliasRecord {
  readonly type: 'A' | 'AAAA';
  /** Lower case, without the dot at the end. */
  readonly name: string;
  /** The name that it stands for, likewise. */
  readonly target: string;
}

export interface QueryDefinition {
  readonly queryDefinitionId: string;
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly lastModified: number;
}

/** A query that has been carried out, with what came of it. */
export interface LogQuery {
  readonly queryId: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly createdAt: number;
  readonly rows: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
}

/** A resource of a stack, as CloudFormation lists it. */
export interface StackResource {
  readonly logicalId: string;
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** `AWS::Lambda::Function` */
  readonly type: string;
  /** When it was created, or changed last. */
  readonly changedAt: number;
}

export interface Stack {
  readonly stackName: string;
  readonly stackId: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE';
  /** In the order of their creation. */
  readonly resources: readonly StackResource[];
  /** As it was deployed: JSON. */
  readonly templateBody: string;
  readonly outputs: readonly { key: string; value: string; description?: string; exportName?: string }[];
}
