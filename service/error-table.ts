// What each error means, and what its receiver does about it: for the documentation, and in no function's code.
import { type ErrorCode, statusCodes } from './errors.ts';

interface ErrorEntry {
  /** When it happens. */
  readonly meaning: string;
  /** What the caller does about it. */
  readonly remedy: string;
}

const entries: Readonly<Record<ErrorCode, ErrorEntry>> = {
  InvalidRequest: {
    meaning: 'The body, a field or a query parameter is missing, malformed, unknown or out of bounds.',
    remedy: 'Correct what the message names.',
  },
  JwkSetNotUsable: {
    meaning: 'The JWK set at the JWKSetURL to be registered is none that a token could be verified with.',
    remedy: 'Correct what the message names: the URL, its host, or what is published there.',
  },
  TargetInvalid: {
    meaning: 'The target is no place in S3 that can be asked for, or S3 Access Grants refuses it as such.',
    remedy: 'Ask for s3://BUCKET/PREFIX* or s3://BUCKET/KEY, as the message says.',
  },
  CallerNotAllowed: {
    meaning: 'The caller is not an IAM role of the account that the broker serves.',
    remedy: 'Call with the credentials of the application’s own role, not of a user or another account.',
  },
  ApplicationRoleRecreated: {
    meaning: 'The application was registered by an earlier IAM role of the same name.',
    remedy:
      'If the role was recreated on purpose, an operator binds the registration to it: docs/operations.md.',
  },
  NotARegistrar: {
    meaning:
      'The caller is no registrar, and registrations are written by registrars here, or the request is about another application.',
    remedy: 'Let a role that is among the registrars make the request, naming the application.',
  },
  RegistrationNotAllowed: {
    meaning:
      'The registration lacks what the deployment has come to require since: an Issuer, or an Audience.',
    remedy: 'Register what the message names, with PUT /applications.',
  },
  TokenMalformed: {
    meaning: 'The token is not a signed JWT in compact form, or has a header or claims of a wrong type.',
    remedy: 'Send the ID or access token exactly as the identity provider issued it.',
  },
  TokenAlgorithmNotAllowed: {
    meaning: 'The token’s algorithm is not among the asymmetric ones that the registration allows.',
    remedy: 'Sign with an allowed algorithm, or widen Algorithms in the registration.',
  },
  TokenKeyNotFound: {
    meaning: 'The registered JWK set has no usable key, or more than one, for the token.',
    remedy:
      'Check that JWKSetURL belongs to the token’s issuer, and that the token names its key (kid). With Retry-After, a key that was published a moment ago may be found then.',
  },
  TokenSignatureInvalid: {
    meaning: 'The signature does not verify with the key that the token names.',
    remedy: 'Send the token unaltered; check that JWKSetURL belongs to its issuer.',
  },
  TokenExpired: {
    meaning: 'The token’s exp has passed.',
    remedy: 'Let the user’s session refresh the token.',
  },
  TokenNotYetValid: {
    meaning: 'The token’s nbf lies ahead.',
    remedy: 'Wait, or correct the issuer’s clock.',
  },
  TokenIssuerMismatch: {
    meaning: 'The token’s iss is not the registered Issuer, or none of them.',
    remedy: 'Send a token of the registered issuer, or correct the registration.',
  },
  TokenAudienceMismatch: {
    meaning: 'Neither aud nor client_id of the token is a registered Audience.',
    remedy: 'Send a token issued for this application, or correct the registration.',
  },
  TokenUseMismatch: {
    meaning: 'The token’s token_use is not the registered TokenUse.',
    remedy: 'Send the kind of token (id or access) that the registration names.',
  },
  TokenClaimMismatch: {
    meaning: 'A claim of the token has none of the values that RequiredClaims registers for it.',
    remedy: 'Send a token that has one of them, or correct the registration.',
  },
  JwksUrlNotAllowed: {
    meaning: 'The registered JWKSetURL is not one that this deployment fetches keys from.',
    remedy: 'Register a JWKSetURL on an allowed host, or let the platform team allow its host (jwksHosts).',
  },
  ClaimMissing: {
    meaning: 'The verified token lacks a claim that becomes a session tag.',
    remedy: 'Let the identity provider issue the claim, or correct the registration.',
  },
  ClaimNotAllowed: {
    meaning:
      'A claim that becomes a session tag is not a string, has characters or a length not allowed, or names the tenant of another issuer.',
    remedy: 'Correct the claim’s value, or see SessionTagValues, ClaimForms and SessionTagValue.',
  },
  TrustNotPinned: {
    meaning:
      'The deployment accepts only access roles whose trust policy requires the application’s external id.',
    remedy: 'Add the condition that the message names to the trust policy; then register.',
  },
  AccessRoleNotAssumable: {
    meaning: 'STS refused to assume the access role, or the session as it was asked for.',
    remedy: 'Correct the access role’s trust policy as the message says.',
  },
  AccessRoleRecreated: {
    meaning:
      'The access role is not the one that was registered: it was deleted, and made anew under its name.',
    remedy: 'Register the new role with PUT /applications, if it is still yours.',
  },
  AccessRoleNotShared: {
    meaning: 'The owner of the access role shares it with the application no longer.',
    remedy: 'Let the owner name the application in SharedWith, or register an access role of your own.',
  },
  SessionTagsTooLarge: {
    meaning:
      'The session tags exceed the packed size that STS allows. No tag is ever dropped to make them fit.',
    remedy: 'Register fewer session tags, or claims with shorter values.',
  },
  TargetOutsideTenant: {
    meaning: 'The target is not within the TargetTemplate of the registration, as this tenant has it.',
    remedy: 'Ask for a target within it; GET /grants shows what there is.',
  },
  GrantDenied: {
    meaning:
      'There is no grant that gives the permission to the target, or the access role may not ask for data.',
    remedy: 'Let whoever keeps the data grant it, or the access role be allowed what the message names.',
  },
  GrantNotOfUser: {
    meaning:
      'The grant that matches is one of the access role, which every user of the application would have.',
    remedy: 'Grant the user, or a group of theirs, and take the grant from the access role.',
  },
  TokenAlreadyExchanged: {
    meaning: 'IAM Identity Center takes a token once, and what came of this one is lost, or over.',
    remedy:
      'Let the user’s session refresh the token. An application that exchanges tokens itself sends the broker others.',
  },
  UserNotInDirectory: {
    meaning: 'The directory of IAM Identity Center has no user, or not one alone, whom the token is of.',
    remedy: 'Provision the user; compare the claim and the attribute that the trusted token issuer maps.',
  },
  IdentityContextRefused: {
    meaning:
      'IAM Identity Center or STS refuses the user’s identity: the token, or whom it is exchanged for.',
    remedy:
      'Check the application in IAM Identity Center: its grant’s issuer and audiences, its actor policy, the user’s assignment.',
  },
  ApplicationNotFound: {
    meaning: 'The calling role has no registration.',
    remedy: 'Register with POST /applications.',
  },
  RouteNotFound: {
    meaning: 'No such path, or not with this method.',
    remedy: 'See docs/api.md.',
  },
  ApplicationAlreadyRegistered: {
    meaning: 'The application is registered, and differently.',
    remedy: 'Replace the registration with PUT /applications.',
  },
  AccessRoleClaimed: {
    meaning: 'The access role belongs to another application.',
    remedy:
      'Register an access role of your own; or let its owner name the application in SharedWith, or deregister.',
  },
  RegistrationChanged: {
    meaning: 'The registration was changed by another request at the same time.',
    remedy: 'Read it with GET /applications and decide again.',
  },
  TooManyRequests: {
    meaning: 'The application is over its usage plan.',
    remedy: 'Wait Retry-After seconds; spread the requests, or ask the platform team for a larger plan.',
  },
  InternalError: {
    meaning: 'The broker failed.',
    remedy: 'Report the request id to the platform team.',
  },
  DeadlineExceeded: {
    meaning: 'The request took longer than its budget, for a dependency that was slow.',
    remedy: 'Retry after Retry-After seconds. A write may have been carried out: repeating it is safe.',
  },
  AccessMetadataUnavailable: {
    meaning: 'DynamoDB did not answer, or not as expected.',
    remedy: 'Retry after Retry-After seconds.',
  },
  JwksUnavailable: {
    meaning: 'The JWK set could not be fetched, or is not one.',
    remedy:
      'Retry after Retry-After seconds; check that JWKSetURL answers, and what the message says of its host or its set.',
  },
  StsUnavailable: {
    meaning: 'STS did not answer, throttled, or refused the broker’s own service role.',
    remedy: 'Retry after Retry-After seconds.',
  },
  LocationMisconfigured: {
    meaning: 'S3 Access Grants has no instance here, or cannot assume the role of the location.',
    remedy: 'Report it to whoever keeps the data: the message says what is wrong.',
  },
  IdentityCenterUnavailable: {
    meaning: 'IAM Identity Center did not answer, throttled, or the exchange is still being waited for.',
    remedy: 'Retry after Retry-After seconds.',
  },
  AccessGrantsUnavailable: {
    meaning: 'S3 Access Grants did not answer, or not as expected.',
    remedy: 'Retry after Retry-After seconds.',
  },
};

/** Every code with its status, by status. docs/errors.md is generated from it. */
export const errorTable = Object.fromEntries(
  Object.entries(statusCodes).map(([code, statusCode]) => [
    code,
    { statusCode, ...entries[code as ErrorCode] },
  ]),
) as Readonly<Record<ErrorCode, ErrorEntry & { readonly statusCode: number }>>;
