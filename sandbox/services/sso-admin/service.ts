// IAM Identity Center: https://docs.aws.amazon.com/singlesignon/latest/APIReference/
import type { JsonService } from '../../account/service.ts';
import { createApplication } from './create-application.ts';
import { createApplicationAssignment } from './create-application-assignment.ts';
import { createInstance } from './create-instance.ts';
import { createTrustedTokenIssuer } from './create-trusted-token-issuer.ts';
import { deleteApplication } from './delete-application.ts';
import { deleteApplicationAccessScope } from './delete-application-access-scope.ts';
import { deleteApplicationAssignment } from './delete-application-assignment.ts';
import { deleteApplicationAuthenticationMethod } from './delete-application-authentication-method.ts';
import { deleteApplicationGrant } from './delete-application-grant.ts';
import { deleteInstance } from './delete-instance.ts';
import { deleteTrustedTokenIssuer } from './delete-trusted-token-issuer.ts';
import { describeApplication } from './describe-application.ts';
import { describeApplicationAssignment } from './describe-application-assignment.ts';
import { describeInstance } from './describe-instance.ts';
import { describeTrustedTokenIssuer } from './describe-trusted-token-issuer.ts';
import { getApplicationAccessScope } from './get-application-access-scope.ts';
import { getApplicationAssignmentConfiguration } from './get-application-assignment-configuration.ts';
import { getApplicationAuthenticationMethod } from './get-application-authentication-method.ts';
import { getApplicationGrant } from './get-application-grant.ts';
import { listApplicationAccessScopes } from './list-application-access-scopes.ts';
import { listApplicationAssignments } from './list-application-assignments.ts';
import { listApplicationAssignmentsForPrincipal } from './list-application-assignments-for-principal.ts';
import { listApplicationAuthenticationMethods } from './list-application-authentication-methods.ts';
import { listApplicationGrants } from './list-application-grants.ts';
import { listApplications } from './list-applications.ts';
import { listInstances } from './list-instances.ts';
import { listTrustedTokenIssuers } from './list-trusted-token-issuers.ts';
import { putApplicationAccessScope } from './put-application-access-scope.ts';
import { putApplicationAssignmentConfiguration } from './put-application-assignment-configuration.ts';
import { putApplicationAuthenticationMethod } from './put-application-authentication-method.ts';
import { putApplicationGrant } from './put-application-grant.ts';
import { updateTrustedTokenIssuer } from './update-trusted-token-issuer.ts';

export const ssoAdmin: JsonService = {
  name: 'sso',
  inEveryAccount: true,
  protocol: 'json',
  targetPrefix: 'SWBExternalService',
  jsonVersion: '1.1',
  operations: {
    CreateApplication: createApplication,
    CreateApplicationAssignment: createApplicationAssignment,
    CreateInstance: createInstance,
    CreateTrustedTokenIssuer: createTrustedTokenIssuer,
    DeleteApplication: deleteApplication,
    DeleteApplicationAccessScope: deleteApplicationAccessScope,
    DeleteApplicationAssignment: deleteApplicationAssignment,
    DeleteApplicationAuthenticationMethod: deleteApplicationAuthenticationMethod,
    DeleteApplicationGrant: deleteApplicationGrant,
    DeleteInstance: deleteInstance,
    DeleteTrustedTokenIssuer: deleteTrustedTokenIssuer,
    DescribeApplication: describeApplication,
    DescribeApplicationAssignment: describeApplicationAssignment,
    DescribeInstance: describeInstance,
    DescribeTrustedTokenIssuer: describeTrustedTokenIssuer,
    GetApplicationAccessScope: getApplicationAccessScope,
    GetApplicationAssignmentConfiguration: getApplicationAssignmentConfiguration,
    GetApplicationAuthenticationMethod: getApplicationAuthenticationMethod,
    GetApplicationGrant: getApplicationGrant,
    ListApplicationAccessScopes: listApplicationAccessScopes,
    ListApplicationAssignments: listApplicationAssignments,
    ListApplicationAssignmentsForPrincipal: listApplicationAssignmentsForPrincipal,
    ListApplicationAuthenticationMethods: listApplicationAuthenticationMethods,
    ListApplicationGrants: listApplicationGrants,
    ListApplications: listApplications,
    ListInstances: listInstances,
    ListTrustedTokenIssuers: listTrustedTokenIssuers,
    PutApplicationAccessScope: putApplicationAccessScope,
    PutApplicationAssignmentConfiguration: putApplicationAssignmentConfiguration,
    PutApplicationAuthenticationMethod: putApplicationAuthenticationMethod,
    PutApplicationGrant: putApplicationGrant,
    UpdateTrustedTokenIssuer: updateTrustedTokenIssuer,
  },
};
