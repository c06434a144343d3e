// The services that the AWS endpoint offers.
import type { LateService, Service } from '../account/service.ts';
import { cloudFormation } from './cloudformation/service.ts';
import { cognitoIdp } from './cognito-idp/service.ts';
import { dynamodb } from './dynamodb/service.ts';
import { iam } from './iam/service.ts';
import { kms } from './kms/service.ts';
import { logs } from './logs/service.ts';
import { s3 } from './s3/service.ts';
import { s3Control } from './s3control/service.ts';
import { sts } from './sts/service.ts';

/** IAM Identity Center's three. */
const identityCenter: readonly LateService[] = [
  {
    name: 'identitystore',
    protocol: 'json',
    targetPrefix: 'AWSIdentityStore',
    load: async () => (await import('./identitystore/service.ts')).identityStore,
  },
  {
    name: 'sso',
    protocol: 'json',
    targetPrefix: 'SWBExternalService',
    load: async () => (await import('./sso-admin/service.ts')).ssoAdmin,
  },
  {
    name: 'sso-oauth',
    protocol: 'rest-json',
    load: async () => (await import('./sso-oauth/service.ts')).ssoOauth,
  },
];

/** Of those that are signed by one name, the one that tells its requests apart goes first. */
export const services: readonly (Service | LateService)[] = [
  ...[cloudFormation, cognitoIdp, dynamodb, iam, kms, logs, s3Control, s3, sts],
  ...identityCenter,
];
