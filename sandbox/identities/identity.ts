// What a role, a user, an access key, a web identity and a caller are.
import type { IdentityContext } from './identity-context.ts';
import type { PolicyDocument } from './policy-document.ts';

export type { PolicyDocument } from './policy-document.ts';

/** A managed policy that is a role's ceiling. */
export interface PermissionsBoundary {
  readonly arn: string;
  readonly document: PolicyDocument;
}

export interface Role {
  readonly roleName: string;
  /** `/` or `/team/`. */
  readonly path: string;
  /** `AROA…`: new for every creation, never reused. */
  readonly roleId: string;
  readonly arn: string;
  readonly description: string | undefined;
  /** As IAM stores it, with unique ids for principals; `Identities.shownTrustPolicy` has the ARNs. */
  trustPolicy: PolicyDocument;
  readonly inlinePolicies: Map<string, PolicyDocument>;
  /** Limits what the inline policies allow; nothing where there is none. */
  permissionsBoundary: PermissionsBoundary | undefined;
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
  readonly tags: Map<string, string>;
  readonly createdAt: number;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Whom a provider's token named when a session was issued for it. */
export interface WebIdentity {
  /** The ARN of the IAM OIDC provider: `aws:FederatedProvider`. */
  readonly providerArn: string;
  /** Its URL without the scheme, which the condition keys of its claims begin with. */
  readonly keyPrefix: string;
  readonly audience: string;
  readonly subject: string;
  /** The token's `amr`; empty where it has none. */
  readonly methods: readonly string[];
}

/** Who had a session handed out: an instance of S3 Access Grants. */
export interface Vending {
  /** `s3:AccessGrantsInstanceArn` in every request of the session. */
  readonly instanceArn: string;
  /** Whom the request for it acted for. The session may do what its role may all the same. */
  readonly identityContext: IdentityContext | undefined;
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
      /** Set once for the whole chain of sessions, where it was set at all. */
      readonly sourceIdentity: string | undefined;
      /** The session policy, where the session was issued with one. */
      readonly policy: PolicyDocument | undefined;
      /** Where it was issued for a token; a session that is assumed from it has none. */
      readonly webIdentity: WebIdentity | undefined;
      /** Whom it acts for, where it was assumed with a context assertion. */
      readonly identityContext?: IdentityContext | undefined;
      /** Where S3 Access Grants assumed it. */
      readonly vending?: Vending | undefined;
      /** Whether it was assumed with another session's credentials. */
      readonly isChained: boolean;
      readonly issuedAt: number;
      readonly expiresAt: number;
      accessKeyId: string;
      arn: string;
      userId: string;
      accountId: string;
    };

/** A caller's key, and what verifies a signature by it. */
export interface CallerKey {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Twelve digits; empty where the ARN has none. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export interface RoleRequest {
  readonly roleName: string;
  /** Default `/`. */
  readonly path?: string;
  readonly description?: string;
  readonly trustPolicy: PolicyDocument;
  readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>;
  readonly permissionsBoundary?: PermissionsBoundary;
  /** 3,600 to 43,200; default 3,600. */
  readonly maxSessionDurationSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Another account's number puts the role there, as if its own administrator had made it.
   */
  readonly accountId?: string;
}

export interface UserRequest {
  readonly userName: string;
  /** Default `/`. */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
}
