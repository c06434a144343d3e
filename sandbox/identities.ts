// The contract of IAM's and STS's state; see the class below it once written.
export interface Role {
  readonly roleName: string;
  /** `/` or `/team/`. */
  readonly path: string;
  /** `AROA…`: new for every creation, never reused. */
  readonly roleId: string;
  readonly arn: string;
  trustPolicy: PolicyDocument;
  readonly inlinePolicies: Map<string, PolicyDocument>;
  readonly tags: Map<string, string>;
  maxSessionDurationSeconds: number;
  readonly createdAt: number;
}

export interface User {
  readonly userName: string;
  readonly path: string;
  /** `AIDA…`. */
  readonly userId: string;
  readonly arn: string;
  readonly inlinePolicies: Map<string, PolicyDocument>;
}

/** A policy document as parsed JSON. */
export type PolicyDocument = { Version?: string; Statement: unknown };

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

/** Who signed a request. `arn` and `userId` are what GetCallerIdentity and API Gateway show. */
export type Caller =
  | { readonly kind: 'administrator'; accessKeyId: string; arn: string; userId: string; accountId: string }
  | { readonly kind: 'user'; user: User; accessKeyId: string; arn: string; userId: string; accountId: string }
  | {
      readonly kind: 'session';
      readonly role: Role;
      readonly sessionName: string;
      /** Session tags and the role's own, the session's first where both have the key. */
      readonly principalTags: ReadonlyMap<string, string>;
      readonly transitiveTagKeys: readonly string[];
      readonly expiresAt: number;
      accessKeyId: string;
      arn: string;
      userId: string;
      accountId: string;
    };

export interface Identities {
  readonly roles: ReadonlyMap<string, Role>;
  readonly users: ReadonlyMap<string, User>;
  createRole(role: {
    roleName: string;
    path?: string;
    trustPolicy: PolicyDocument;
    maxSessionDurationSeconds?: number;
    tags?: Record<string, string>;
  }): Role;
  deleteRole(roleName: string): void;
  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void;
  /** A session of the role with no trust check: what Lambda does for a function's role, and AssumeRole once it has decided. */
  issueSession(
    role: Role,
    session: {
      sessionName: string;
      durationSeconds: number;
      tags?: Record<string, string>;
      transitiveTagKeys?: readonly string[];
    },
  ): SessionCredentials;
  /** The caller that an access key id (and session token) stands for, with the secret to verify its signature. */
  findAccessKey(
    accessKeyId: string,
  ): { caller: Caller; secretAccessKey: string; sessionToken?: string } | undefined;
}
