// What the package iam-session-broker-client exports.
export type { BrokerDomain, BrokerLocation } from './endpoint.ts';
export {
  type BrokerErrorCode,
  type ClientErrorCode,
  SessionBrokerError,
  type SessionBrokerErrorCode,
} from './errors.ts';
export type { HttpAnswer, HttpRequest, Send } from './https.ts';
export type {
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
export type { TenantCredentials } from './tenant-credentials.ts';
export type { Timing } from './timing.ts';
