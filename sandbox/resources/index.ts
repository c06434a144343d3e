// The resource types that the sandbox deploys, by their CloudFormation names.
import { api } from './AWS-ApiGatewayV2-Api.ts';
import { integration } from './AWS-ApiGatewayV2-Integration.ts';
import { route } from './AWS-ApiGatewayV2-Route.ts';
import { stage } from './AWS-ApiGatewayV2-Stage.ts';
import { userPool } from './AWS-Cognito-UserPool.ts';
import { userPoolClient } from './AWS-Cognito-UserPoolClient.ts';
import { globalTable } from './AWS-DynamoDB-GlobalTable.ts';
import { table } from './AWS-DynamoDB-Table.ts';
import { policy } from './AWS-IAM-Policy.ts';
import { role } from './AWS-IAM-Role.ts';
import { alias } from './AWS-Lambda-Alias.ts';
import { lambdaFunction } from './AWS-Lambda-Function.ts';
import { permission } from './AWS-Lambda-Permission.ts';
import { version } from './AWS-Lambda-Version.ts';
import { logGroup } from './AWS-Logs-LogGroup.ts';
import { inertTypes } from './inert-types.ts';
import type { ResourceType } from './resource-type.ts';

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::DynamoDB::GlobalTable': globalTable,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Version': version,
  'AWS::Logs::LogGroup': logGroup,
  ...inertTypes,
};
