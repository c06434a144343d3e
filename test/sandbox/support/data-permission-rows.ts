// The permissions of a broker that has data access, in prose: what it may do besides, and the neighbours of that.
import { aliasRow, functionRows, type PermissionRow, serviceRoleRows } from './permission-rows.ts';
import type { StackPermissions } from './stack-permissions.ts';

const exchanges = ({ arns }: StackPermissions) => String(arns.identityContexts);
const application = ({ arns }: StackPermissions) => String(arns.identityCenterApplication);
const anotherApplication = (stack: StackPermissions) =>
  application(stack).replace(/apl-.*$/, 'apl-0000000000000000');

export const dataPermissionRows: readonly PermissionRow[] = [
  ...functionRows('may', exchanges, [
    ['dynamodb:GetItem', 'read an exchange'],
    ['dynamodb:PutItem', 'begin an exchange'],
    ['dynamodb:UpdateItem', 'write down what came of an exchange'],
    ['dynamodb:DeleteItem', 'forget an exchange'],
  ]),
  ...functionRows('may not', exchanges, [
    ['dynamodb:Scan', 'list the exchanges'],
    ['dynamodb:Query', 'query the exchanges'],
    ['dynamodb:DeleteTable', 'delete the table of the exchanges'],
  ]),
  ...functionRows('may not', (stack) => `${exchanges(stack)}-Backup`, [
    ['dynamodb:GetItem', 'read a table whose name begins like that of the exchanges'],
  ]),
  ...functionRows('may not', application, [
    ['sso-oauth:CreateTokenWithIAM', 'exchange tokens itself'],
    ['sso:PutApplicationGrant', 'change whose tokens are exchanged'],
  ]),
  ...serviceRoleRows('may', application, [['sso-oauth:CreateTokenWithIAM', 'exchange a user’s token']]),
  ...serviceRoleRows('may not', application, [
    ['sso-oauth:IntrospectTokenWithIAM', 'look into tokens'],
    ['sso-oauth:RevokeTokenWithIAM', 'revoke tokens'],
    ['sso:PutApplicationAuthenticationMethod', 'change who may exchange tokens'],
  ]),
  ...serviceRoleRows('may not', anotherApplication, [
    ['sso-oauth:CreateTokenWithIAM', 'exchange tokens at another application of the instance'],
  ]),
  ...serviceRoleRows('may not', (stack) => `${application(stack)}0`, [
    ['sso-oauth:CreateTokenWithIAM', 'exchange tokens at an application whose ARN begins alike'],
  ]),
  ...serviceRoleRows('may not', () => '*', [
    ['s3:GetDataAccess', 'ask for data itself'],
    ['sso-oauth:CreateTokenWithIAM', 'exchange tokens anywhere'],
  ]),
  ...['GET/grants', 'POST/grants'].flatMap((route) => [
    aliasRow('API Gateway', 'may', 'invoke the alias', `/$default/${route}`),
    aliasRow('API Gateway', 'may not', 'invoke it for another API', `x/$default/${route}`),
    aliasRow('API Gateway', 'may not', 'change its code', `/$default/${route}`, 'lambda:UpdateFunctionCode'),
    aliasRow('EventBridge', 'may not', 'invoke it', `/$default/${route}`),
  ]),
];
