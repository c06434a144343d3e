// The sandbox's one AWS account: what exists in it, and nothing of how it is reached.

import type { Identities } from '../identities/identities.ts';
import type { AttributeSchema } from '../user-pools/attribute-schema.ts';
import type { PasswordPolicy } from '../user-pools/password-policy.ts';
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
  readonly outputs: readonly { key: string; value: string; description?: string; exportName?: string }[];
}

/** A user pool as its template describes it, with its users and its signing keys. */
export interface UserPool {
  /** `REGION_xxxxxxxxx`, as Cognito forms it. */
  readonly userPoolId: string;
  readonly name: string;
  /** The `iss` of its tokens, and what `GetAtt ProviderURL` gives. */
  readonly issuer: string;
  /** Custom attribute names, with their `custom:` prefix. */
  readonly customAttributes: ReadonlySet<string>;
  readonly schema: AttributeSchema;
  readonly passwordPolicy: PasswordPolicy;
  readonly clients: Map<string, UserPoolClient>;
  readonly users: Map<string, User>;
  /** The JWK set, public parts only, as it is published. */
  readonly jwks: { keys: Record<string, unknown>[] };
  /** Signs with the newest key for the claims' `token_use`; the header carries its `kid`. */
  sign(claims: Record<string, unknown>): Promise<string>;
  /** Adds a fresh signing key and makes it the newest; with `retire`, unpublishes the earlier ones. */
  rotateKey(options?: { retire?: boolean }): Promise<void>;
}

export interface UserPoolClient {
  readonly clientId: string;
  readonly explicitAuthFlows: readonly string[];
  /** Validity in seconds. */
  readonly idTokenSeconds: number;
  readonly accessTokenSeconds: number;
  /** Whether sign-in hides that a user does not exist. */
  readonly preventUserExistenceErrors: boolean;
  /** The attributes that its ID tokens may show; all where absent. */
  readonly readAttributes: ReadonlySet<string> | undefined;
}

export interface User {
  readonly username: string;
  readonly sub: string;
  readonly attributes: Map<string, string>;
  password: string | undefined;
  status: 'FORCE_CHANGE_PASSWORD' | 'CONFIRMED';
  readonly createdAt: number;
}
