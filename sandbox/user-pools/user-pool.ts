// A user pool: its users, its app clients, and the keys that it signs with.
import type { AttributeSchema } from './attribute-schema.ts';
import type { PasswordPolicy } from './password-policy.ts';

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
