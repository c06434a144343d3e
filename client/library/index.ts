// What the package iam-session-broker-client exports.
export type { DataAccess, DataPermission, GrantedData, Grantee } from './data-access.ts';
export type { BrokerDomain, BrokerLocation } from './endpoint.ts';
export {
  type BrokerErrorCode,
  type ClientErrorCode,
  SessionBrokerError,
  type SessionBrokerErrorCode,
} from './errors.ts';
export type { CallerGrant, GrantsOptions } from './grants.ts';
export type { HttpAnswer, HttpRequest, Send } from './https.ts';
export type {
  AccessGrants,
  AccessMode,
  ListedIssuer,
  RegisteredApplication,
  RegistrationFields,
  RegistrationOwner,
  RegistrationRequest,
  RegistrationWarning,
} from './registration.ts';
export {
  fromSessionBroker,
  SessionBroker,
  type SessionBrokerOptions,
  type SessionBrokerParts,
  type TokenSource,
} from './session-broker.ts';
export type { CredentialsWarning, DataCredentials, TenantCredentials } from './tenant-credentials.ts';
export type { Timing } from './timing.ts';
