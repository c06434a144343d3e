// An application of an instance: who may ask for a user's token there, by which grants, and for whom.
import type { PolicyDocument } from '../identities/identity.ts';

export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const;

export type GrantType = (typeof grantTypes)[number];

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer' as const satisfies GrantType;

/** Whose tokens the application exchanges. */
export interface AuthorizedIssuer {
  readonly issuerArn: string;
  readonly audiences: readonly string[];
}

export interface Grant {
  /** By the names of the API reference, as it was put. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Of a JWT bearer grant; of any other none. */
  readonly issuers: readonly AuthorizedIssuer[];
}

export const principalTypes = ['USER', 'GROUP'] as const;

export interface Assignment {
  readonly principalType: (typeof principalTypes)[number];
  readonly principalId: string;
}

export interface Application {
  readonly arn: string;
  readonly providerArn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly status: 'ENABLED' | 'DISABLED';
  /** By the names of the API reference, as it was given. */
  readonly portalOptions: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly grants: Map<GrantType, Grant>;
  /** Who may ask for tokens, as it is kept: principals by unique id. Nobody where there is none. */
  actorPolicy: PolicyDocument | undefined;
  /** Access scopes, with the targets of each. */
  readonly scopes: Map<string, readonly string[] | undefined>;
  /** Whether only users get a token to whom the application is assigned. */
  assignmentRequired: boolean;
  readonly assignments: Assignment[];
}
