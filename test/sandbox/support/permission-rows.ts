// The broker's permissions in prose: what each principal may do, and the neighbours of it that it may not.
import { authorize, authorizeService } from '../../../sandbox/authorization/authorization.ts';
import { anyRole, createWorld, type World } from './permission-world.ts';
import type { RolePermissions, StackPermissions } from './stack-permissions.ts';

export interface PermissionRow {
  readonly who: string;
  readonly may: 'may' | 'may not';
  readonly what: string;
  /** Whether the stack's policies allow it. */
  readonly isAllowed: (stack: StackPermissions) => boolean;
}

type Actions = readonly [action: string, what: string][];
type Arn = (stack: StackPermissions) => string;

const identityRows = (
  who: string,
  roleOf: (stack: StackPermissions) => RolePermissions,
  may: PermissionRow['may'],
  resource: Arn,
  actions: Actions,
): PermissionRow[] =>
  actions.map(([action, what]) => ({
    who,
    may,
    what: `${what} (${action})`,
    isAllowed: (stack) => {
      const world = createWorld(stack);
      return authorize(world.account, world.sessionOf(roleOf(stack)), { action, resource: resource(stack) })
        .allowed;
    },
  }));

export const functionRows = identityRows.bind(null, 'the function', ({ functionRole }) => functionRole);
export const serviceRoleRows = identityRows.bind(null, 'the service role', ({ serviceRole }) => serviceRole);

const registrations: Arn = ({ arns }) => arns.registrations;
const usagePlans: Arn = ({ arns }) => arns.usagePlans;
const otherTable: Arn = ({ region, accountId }) => `arn:aws:dynamodb:${region}:${accountId}:table/Orders`;
/** What a pattern would reach that ends in a star too early. */
const namedAlike =
  (arn: Arn): Arn =>
  (stack) =>
    `${arn(stack)}-Backup`;
const roleArn =
  (name: string): Arn =>
  ({ accountId }) =>
    `arn:aws:iam::${accountId}:role/${name}`;
const ownStream: Arn = ({ arns }) => `${arns.functionLog}:log-stream:2026/11/21/[1]abc`;
const otherStream: Arn = ({ arns }) => `${arns.accessLog}:log-stream:abc`;
const anything: Arn = () => '*';

export const permissionRows: readonly PermissionRow[] = [
  ...functionRows('may', registrations, [
    ['dynamodb:GetItem', 'read a registration'],
    ['dynamodb:BatchGetItem', 'read a registration and a claim at once'],
    ['dynamodb:ConditionCheckItem', 'hold a transaction against another registration'],
    ['dynamodb:PutItem', 'write a registration'],
    ['dynamodb:DeleteItem', 'delete a registration'],
  ]),
  ...functionRows('may not', registrations, [
    ['dynamodb:UpdateItem', 'change a part of a registration'],
    ['dynamodb:Scan', 'list the registrations'],
    ['dynamodb:Query', 'query the registrations'],
    ['dynamodb:BatchWriteItem', 'write many registrations at once'],
    ['dynamodb:PartiQLSelect', 'select registrations'],
    ['dynamodb:DeleteTable', 'delete the table of the registrations'],
    ['dynamodb:UpdateTable', 'lift the protection of the table'],
    ['dynamodb:ExportTableToPointInTime', 'export the table'],
  ]),
  ...functionRows('may', usagePlans, [
    ['dynamodb:GetItem', 'read the bucket of a usage plan'],
    ['dynamodb:UpdateItem', 'lease from the bucket of a usage plan'],
  ]),
  ...functionRows('may not', usagePlans, [
    ['dynamodb:PutItem', 'replace the bucket of a usage plan'],
    ['dynamodb:DeleteItem', 'delete the bucket of a usage plan'],
    ['dynamodb:Scan', 'list the buckets'],
    ['dynamodb:DeleteTable', 'delete the table of the buckets'],
  ]),
  ...functionRows('may not', otherTable, [
    ['dynamodb:GetItem', 'read another table'],
    ['dynamodb:PutItem', 'write into another table'],
    ['dynamodb:UpdateItem', 'change another table'],
    ['dynamodb:DeleteItem', 'delete from another table'],
  ]),
  ...functionRows('may not', namedAlike(registrations), [
    ['dynamodb:GetItem', 'read a table whose name begins like that of the registrations'],
  ]),
  ...functionRows('may not', namedAlike(usagePlans), [
    ['dynamodb:GetItem', 'read a table whose name begins like that of the buckets'],
  ]),
  ...functionRows('may', roleArn('IAMSessionBroker'), [['sts:AssumeRole', 'assume the service role']]),
  ...functionRows('may not', roleArn('IAMSessionBroker'), [
    ['sts:TagSession', 'tag a session of the service role'],
    ['sts:SetSourceIdentity', 'set a source identity'],
    ['iam:UpdateAssumeRolePolicy', 'change whom the service role trusts'],
    ['iam:PassRole', 'pass the service role on'],
  ]),
  ...functionRows('may not', roleArn('AppAccess'), [
    ['sts:AssumeRole', 'assume an access role directly'],
    ['iam:GetRole', 'read an access role'],
  ]),
  ...functionRows('may not', roleArn('IAMSessionBrokerAdmin'), [
    ['sts:AssumeRole', 'assume a role whose name begins like the service role’s'],
  ]),
  ...functionRows('may', ownStream, [
    ['logs:CreateLogStream', 'create a stream in its own log group'],
    ['logs:PutLogEvents', 'write to its own log'],
  ]),
  ...functionRows('may not', ownStream, [
    ['logs:GetLogEvents', 'read its own log'],
    ['logs:DeleteLogStream', 'delete a stream of its own log'],
  ]),
  ...functionRows('may not', ({ arns }) => arns.functionLog, [
    ['logs:DeleteLogGroup', 'delete its own log group'],
    ['logs:PutRetentionPolicy', 'shorten how long its log is kept'],
  ]),
  ...functionRows('may not', otherStream, [
    ['logs:CreateLogStream', 'create a stream in the gateway’s log group'],
    ['logs:PutLogEvents', 'write to the gateway’s log'],
  ]),
  ...functionRows('may not', ({ arns }) => `${arns.functionLog}-Audit:log-stream:abc`, [
    ['logs:PutLogEvents', 'write to a log group whose name begins like its own'],
  ]),
  ...functionRows('may', anything, [
    ['xray:PutTraceSegments', 'send its traces'],
    ['xray:PutTelemetryRecords', 'send telemetry of its tracing'],
  ]),
  ...functionRows('may not', anything, [
    ['xray:GetTraceSummaries', 'read traces'],
    ['xray:PutEncryptionConfig', 'change how traces are encrypted'],
    ['iam:CreateRole', 'create a role'],
    ['s3:GetObject', 'read a bucket'],
    ['secretsmanager:GetSecretValue', 'read a secret'],
    ['lambda:InvokeFunction', 'invoke a function'],
  ]),

  ...serviceRoleRows('may', roleArn('team/AppAccess'), [
    ['sts:SetSourceIdentity', 'set a source identity, as far as its own policies go'],
  ]),
  ...serviceRoleRows('may not', roleArn('AppAccess'), [
    ['sts:AssumeRole', 'assume an access role by its own policies'],
    ['sts:TagSession', 'tag a session by its own policies'],
  ]),
  ...serviceRoleRows('may not', ({ accountId }) => `arn:aws:iam::${accountId}:user/Alice`, [
    ['sts:SetSourceIdentity', 'set one for a user'],
  ]),
  ...serviceRoleRows('may not', () => 'arn:aws:iam::999999999999:role/AppAccess', [
    ['sts:SetSourceIdentity', 'set one in another account'],
  ]),
  ...serviceRoleRows('may not', registrations, [['dynamodb:GetItem', 'read a registration']]),
  ...serviceRoleRows('may not', anything, [
    ['s3:GetObject', 'read a bucket'],
    ['iam:GetRole', 'read a role'],
  ]),

  trustRow(
    'the service role',
    'may',
    'assume an access role that trusts it by name',
    (world, { serviceRole }) =>
      world.assumes(serviceRole, world.accessRole(`role/${serviceRole.roleName}`), { TenantID: 'Yellow' }),
  ),
  trustRow(
    'the service role',
    'may not',
    'set a source identity where the trust policy does not let it',
    (world, { serviceRole }) => {
      const role = world.accessRole(`role/${serviceRole.roleName}`);
      return world.assumes(serviceRole, role, { TenantID: 'Yellow' }, 'alice');
    },
  ),
  trustRow(
    'the service role',
    'may',
    'set a source identity where the trust policy lets it',
    (world, { serviceRole }) => {
      const role = world.accessRole(`role/${serviceRole.roleName}`, ['sts:SetSourceIdentity']);
      return world.assumes(serviceRole, role, { TenantID: 'Yellow' }, 'alice');
    },
  ),
  trustRow(
    'the service role',
    'may not',
    'assume a role that only trusts the account',
    (world, { serviceRole }) => world.assumes(serviceRole, world.accessRole('root'), { TenantID: 'Yellow' }),
  ),
  trustRow('the function', 'may', 'be let in by the service role', (world, { functionRole, serviceRole }) =>
    world.assumes(functionRole, world.role(serviceRole)),
  ),
  trustRow(
    'the function',
    'may not',
    'carry tags into the service role',
    (world, { functionRole, serviceRole }) =>
      world.assumes(functionRole, world.role(serviceRole), { TenantID: 'Yellow' }),
  ),
  trustRow(
    'a role that may assume any role',
    'may not',
    'be let in by the service role',
    (world, { serviceRole }) => world.assumes(anyRole, world.role(serviceRole)),
  ),
  trustRow(
    'a role that may assume any role',
    'may not',
    'be let in by the function’s role',
    (world, { functionRole }) => world.assumes(anyRole, world.role(functionRole)),
  ),
  serviceRow('Lambda', 'may', 'run as the function’s role', 'functionRole'),
  serviceRow('Lambda', 'may not', 'tag a session of the function’s role', 'functionRole', 'sts:TagSession'),
  serviceRow('EventBridge', 'may not', 'run as the function’s role', 'functionRole'),
  serviceRow('EventBridge', 'may not', 'run as the service role', 'serviceRole'),

  ...['GET/credentials', 'PUT/applications'].flatMap((route) => [
    aliasRow('API Gateway', 'may', 'invoke the alias', `/$default/${route}`),
    aliasRow('API Gateway', 'may not', 'invoke it for another API', `x/$default/${route}`),
    aliasRow('API Gateway', 'may not', 'change its code', `/$default/${route}`, 'lambda:UpdateFunctionCode'),
    aliasRow('EventBridge', 'may not', 'invoke it', `/$default/${route}`),
  ]),
  aliasRow('API Gateway', 'may not', 'invoke it for another path', '/$default/GET/others'),
];

function trustRow(
  who: string,
  may: PermissionRow['may'],
  what: string,
  isAllowed: (world: World, stack: StackPermissions) => boolean,
): PermissionRow {
  return { who, may, what, isAllowed: (stack) => isAllowed(createWorld(stack), stack) };
}

const services = {
  'API Gateway': 'apigateway.amazonaws.com',
  EventBridge: 'events.amazonaws.com',
  Lambda: 'lambda.amazonaws.com',
} as const;

function serviceRow(
  who: keyof typeof services,
  may: PermissionRow['may'],
  what: string,
  which: 'functionRole' | 'serviceRole',
  action = 'sts:AssumeRole',
): PermissionRow {
  return trustRow(who, may, what, ({ account, role }, stack) => {
    const { arn, trustPolicy } = role(stack[which]);
    return authorizeService(account, services[who], trustPolicy, { action, resource: arn }).allowed;
  });
}

/** @param source what invokes, after the API's id */
export function aliasRow(
  who: keyof typeof services,
  may: PermissionRow['may'],
  verb: string,
  source: string,
  action = 'lambda:InvokeFunction',
): PermissionRow {
  const what = `${verb}, as ${source} (${action})`;
  return trustRow(who, may, what, ({ account }, { aliasPolicy, arns }) => {
    const context = { 'aws:SourceArn': `${arns.api}${source}` };
    const request = { action, resource: arns.alias, context };
    return authorizeService(account, services[who], aliasPolicy, request).allowed;
  });
}
