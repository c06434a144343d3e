// A registration on the wire, spelt as the broker spells it: docs/api.md says what each field means.

/** A claim by its exact name, or one within another by a JSON Pointer: `/firebase/tenant`. */
export type ClaimName = string;

export type RequiredClaimValue = string | number | boolean;

/** Whose tokens are believed, and which of them. */
export interface IssuerRules {
  readonly Issuer?: string;
  readonly Audience?: string | readonly string[];
  readonly TokenUse?: 'id' | 'access';
  readonly Algorithms?: readonly string[];
  readonly RequiredClaims?: Readonly<Record<ClaimName, RequiredClaimValue | readonly RequiredClaimValue[]>>;
}

export interface ListedIssuer extends IssuerRules {
  readonly Issuer: string;
  readonly JWKSetURL: string;
  /** The tenant of whatever this issuer's tokens claim. */
  readonly SessionTagValue?: string;
}

export interface RegistrationFields extends IssuerRules {
  /** The role to hand out sessions of, with its path before it where it has one; no ARN. */
  readonly AccessRoleName: string;
  /** The session tag that carries the tenant. */
  readonly SessionTagKey: string;
  /** The claim that holds the tenant; required unless every issuer has a `SessionTagValue`. */
  readonly JWTClaimName?: ClaimName;
  /** Where the issuer's keys are; required, or `Issuers`. */
  readonly JWKSetURL?: string;
  /** Several issuers, in the place of one and its rules. */
  readonly Issuers?: readonly ListedIssuer[];
  readonly SessionTags?: Readonly<
    Record<string, ClaimName | { readonly Claim: ClaimName; readonly Optional?: boolean }>
  >;
  /** Default `Strict`. */
  readonly SessionTagValues?: 'Strict' | 'Any';
  readonly ClaimForms?: readonly ('SafeInteger' | 'ListOfOne')[];
  readonly TransitiveTagKeys?: readonly string[];
  readonly SourceIdentityClaim?: ClaimName;
  readonly SessionNameClaim?: ClaimName;
  /** Seconds from when STS issues them until credentials expire: 900–3600, default 3600. */
  readonly SessionDurationSeconds?: number;
  /** Applications that may register the same access role. */
  readonly SharedWith?: readonly string[];
  /** Default `SessionTags`. Of a broker that gives access to data; any other refuses the field. */
  readonly AccessMode?: AccessMode;
  /** Of a broker that gives access to data; any other refuses the field. */
  readonly AccessGrants?: AccessGrants;
}

/** How a session says whose it is: by session tags, or by the identity context of a user of IAM Identity Center. */
export type AccessMode = 'SessionTags' | 'IdentityContext';

/** Lets the application ask for data of S3, by S3 Access Grants. */
export interface AccessGrants {
  /** `Minimal`, the default: credentials for the target alone. `Default`: for all of the grant that it lies in. */
  readonly Privilege?: 'Minimal' | 'Default';
  /** What a tenant's targets must lie in: `s3://bucket/{TenantID}/*`. Required with session tags. */
  readonly TargetTemplate?: string;
  /** Seconds: 900–43,200, default 3,600. */
  readonly MaxDurationSeconds?: number;
}

/** What is registered. A registrar names whom it registers; everyone else is the caller. */
export interface RegistrationRequest extends RegistrationFields {
  /** Of a registrar: the name of the application's role. */
  readonly ApplicationName?: string;
  /** Of a registrar: its unique id, `AROA…`. */
  readonly ApplicationRoleId?: string;
}

/** What the application should still do. */
export interface RegistrationWarning {
  readonly Code: string;
  readonly Message: string;
}

/** A registration as it is stored. It never expires. */
export interface RegisteredApplication extends RegistrationFields {
  readonly ApplicationName: string;
  readonly ApplicationRoleId: string;
  /** What a trust policy can require as `sts:ExternalId`: the application's name. */
  readonly ExternalId: string;
  readonly AccessRoleId?: string;
  /** The application that owns the access role, where that is another. */
  readonly SharedBy?: string;
  /** ISO 8601, UTC: sessions issued before it reach nothing any more. */
  readonly RevokedAt?: string;
  /** ISO 8601, UTC. */
  readonly RegisteredAt: string;
  readonly Warnings: readonly RegistrationWarning[];
}

/** Whose registration it is, where a registrar asks; by default the caller's. */
export interface RegistrationOwner {
  readonly applicationName?: string;
}
