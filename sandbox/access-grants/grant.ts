// What an instance, a location, a grant and its grantee are.
import type { Scope } from './scope.ts';

export const permissions = ['READ', 'WRITE', 'READWRITE'] as const;
export type Permission = (typeof permissions)[number];

export const granteeTypes = ['DIRECTORY_USER', 'DIRECTORY_GROUP', 'IAM'] as const;

export interface Grantee {
  readonly granteeType: (typeof granteeTypes)[number];
  /** The ARN of a role or user, or the id of a user or group of the directory. */
  readonly granteeIdentifier: string;
}

/** The one of an account. Its id is `default`. */
export interface Instance {
  readonly arn: string;
  readonly createdAt: number;
  /** Once it is associated with IAM Identity Center. */
  identityCenter: { readonly instanceArn: string; readonly applicationArn: string } | undefined;
}

export interface Location {
  readonly locationId: string;
  readonly arn: string;
  readonly scope: string;
  /** Whose session the credentials are that are vended for it. */
  roleArn: string;
  readonly createdAt: number;
}

export interface Grant {
  readonly grantId: string;
  readonly arn: string;
  readonly locationId: string;
  readonly subPrefix: string | undefined;
  readonly scope: Scope;
  readonly grantee: Grantee;
  readonly permission: Permission;
  /** Through this application alone, where there is one. */
  readonly applicationArn: string | undefined;
  readonly createdAt: number;
}
