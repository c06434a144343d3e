// The resource types that the sandbox deploys, by their CloudFormation names; custom ones by any name of their own.
import { api } from './AWS-ApiGatewayV2-Api.ts';
import { apiMapping } from './AWS-ApiGatewayV2-ApiMapping.ts';
import { domainName } from './AWS-ApiGatewayV2-DomainName.ts';
import { integration } from './AWS-ApiGatewayV2-Integration.ts';
import { route } from './AWS-ApiGatewayV2-Route.ts';
import { stage } from './AWS-ApiGatewayV2-Stage.ts';
import { certificate } from './AWS-CertificateManager-Certificate.ts';
import { userPool } from './AWS-Cognito-UserPool.ts';
import { userPoolClient } from './AWS-Cognito-UserPoolClient.ts';
import { globalTable } from './AWS-DynamoDB-GlobalTable.ts';
import { table } from './AWS-DynamoDB-Table.ts';
import { oidcProvider } from './AWS-IAM-OIDCProvider.ts';
import { policy } from './AWS-IAM-Policy.ts';
import { role } from './AWS-IAM-Role.ts';
import { directoryGroup } from './AWS-IdentityStore-Group.ts';
import { directoryMembership } from './AWS-IdentityStore-GroupMembership.ts';
import { directoryUser } from './AWS-IdentityStore-User.ts';
import { kmsAlias } from './AWS-KMS-Alias.ts';
import { kmsKey } from './AWS-KMS-Key.ts';
import { alias } from './AWS-Lambda-Alias.ts';
import { lambdaFunction } from './AWS-Lambda-Function.ts';
import { permission } from './AWS-Lambda-Permission.ts';
import { version } from './AWS-Lambda-Version.ts';
import { logGroup } from './AWS-Logs-LogGroup.ts';
import { queryDefinition } from './AWS-Logs-QueryDefinition.ts';
import { recordSet } from './AWS-Route53-RecordSet.ts';
import { accessGrant } from './AWS-S3-AccessGrant.ts';
import { accessGrantsInstance } from './AWS-S3-AccessGrantsInstance.ts';
import { accessGrantsLocation } from './AWS-S3-AccessGrantsLocation.ts';
import { bucket } from './AWS-S3-Bucket.ts';
import { bucketPolicy } from './AWS-S3-BucketPolicy.ts';
import { identityCenterApplication } from './AWS-SSO-Application.ts';
import { identityCenterAssignment } from './AWS-SSO-ApplicationAssignment.ts';
import { identityCenterInstance } from './AWS-SSO-Instance.ts';
import { trustedTokenIssuer } from './AWS-SSO-TrustedTokenIssuer.ts';
import { customResource } from './custom-resource.ts';
import { inertTypes } from './inert-types.ts';
import type { ResourceType } from './resource-type.ts';

const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::ApiMapping': apiMapping,
  'AWS::ApiGatewayV2::DomainName': domainName,
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::CertificateManager::Certificate': certificate,
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::DynamoDB::GlobalTable': globalTable,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::OIDCProvider': oidcProvider,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::IdentityStore::Group': directoryGroup,
  'AWS::IdentityStore::GroupMembership': directoryMembership,
  'AWS::IdentityStore::User': directoryUser,
  'AWS::KMS::Alias': kmsAlias,
  'AWS::KMS::Key': kmsKey,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Version': version,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::QueryDefinition': queryDefinition,
  'AWS::Route53::RecordSet': recordSet,
  'AWS::S3::AccessGrant': accessGrant,
  'AWS::S3::AccessGrantsInstance': accessGrantsInstance,
  'AWS::S3::AccessGrantsLocation': accessGrantsLocation,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SSO::Application': identityCenterApplication,
  'AWS::SSO::ApplicationAssignment': identityCenterAssignment,
  'AWS::SSO::Instance': identityCenterInstance,
  'AWS::SSO::TrustedTokenIssuer': trustedTokenIssuer,
  ...inertTypes,
};

/** @throws Error for a type that the sandbox does not know */
export function resourceTypeOf(name: string): ResourceType {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
  const type = /^Custom::[\w@-]{1,52}$/.test(name) ? customResource : resourceTypes[name];
  if (!type) throw new Error('the sandbox does not know this resource type');
  return type;
}
