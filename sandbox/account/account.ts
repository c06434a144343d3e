// The sandbox's one AWS account: what exists in it, and nothing of how it is reached.
import type { Identities } from '../identities/identities.ts';
import type { UserPool } from '../user-pools/user-pool.ts';
import type { Faults } from './faults.ts';
import type { Trail } from './trail.ts';

export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: 'aws';
  /** Milliseconds since the epoch; every expiry and signature check goes by it. */
  readonly now: () => number;
  /** IAM and STS: roles, users, access keys, sessions. */
  readonly identities: Identities;
  /** S3, by bucket name. */
  readonly buckets: Map<string, Bucket>;
  /** Cognito, by user pool id. */
  readonly userPools: Map<string, UserPool>;
  /** ACM, by ARN: the names that the certificate is for. */
  readonly certificates: Map<string, readonly string[]>;
  /** Route 53: the alias records of all hosted zones. */
  readonly aliasRecords: AliasRecord[];
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

export interface Stack {
  readonly stackName: string;
  readonly stackId: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly status: 'CREATE_COMPLETE';
  /** As it was deployed: JSON. */
  readonly templateBody: string;
  readonly outputs: readonly { key: string; value: string; description?: string; exportName?: string }[];
}
