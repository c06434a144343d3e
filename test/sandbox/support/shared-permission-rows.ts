// The permissions of a broker that shares sessions, in prose: its table and its key, and the neighbours of both.
import { authorizeService } from '../../../sandbox/authorization/authorization.ts';
import { authorizeByResource } from '../../../sandbox/authorization/resource-policy.ts';
import type { PolicyDocument } from '../../../sandbox/identities/identities.ts';
import { functionRows, type PermissionRow } from './permission-rows.ts';
import { anyRole, createWorld } from './permission-world.ts';
import type { RolePermissions, StackPermissions } from './stack-permissions.ts';

const table = ({ arns }: StackPermissions) => String(arns.sharedSessions);
const ofTable = (stack: StackPermissions) => ({ Table: table(stack).split('/').at(-1) ?? '', Hour: 'x' });

type Context = Readonly<Record<string, string>>;

function request(
  stack: StackPermissions,
  action: string,
  context: Context,
): {
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
  resourcePolicy: PolicyDocument;
} {
  return {
    action,
    resource: `arn:aws:kms:${stack.region}:${stack.accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    context: {
      'kms:EncryptionContextKeys': Object.keys(context),
      ...Object.fromEntries(
        Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    },
    resourcePolicy: stack.sealing as PolicyDocument,
  };
}

const keyRows = (
  who: string,
  roleOf: (stack: StackPermissions) => RolePermissions,
  may: PermissionRow['may'],
  contextOf: (stack: StackPermissions) => Context,
  actions: readonly [action: string, what: string][],
): PermissionRow[] =>
  actions.map(([action, what]) => ({
    who,
    may,
    what: `${what} (${action})`,
    isAllowed: (stack) => {
      const world = createWorld(stack);
      const caller = world.sessionOf(roleOf(stack));
      return authorizeByResource(world.account, caller, request(stack, action, contextOf(stack))).allowed;
    },
  }));
const theFunction = keyRows.bind(null, 'the function', ({ functionRole }) => functionRole);

export const sharedPermissionRows: readonly PermissionRow[] = [
  ...functionRows('may', table, [
    ['dynamodb:GetItem', 'read a shared session'],
    ['dynamodb:UpdateItem', 'lease and write a shared session'],
  ]),
  ...functionRows('may not', table, [
    ['dynamodb:Scan', 'list the shared sessions'],
    ['dynamodb:Query', 'query the shared sessions'],
    ['dynamodb:PutItem', 'write a shared session without a look at what is there'],
    ['dynamodb:DeleteItem', 'delete a shared session'],
    ['dynamodb:DeleteTable', 'delete the table of the shared sessions'],
  ]),
  ...functionRows('may not', (stack) => `${table(stack)}-Backup`, [
    ['dynamodb:GetItem', 'read a table whose name begins like that of the shared sessions'],
  ]),
  ...theFunction('may', ofTable, [
    ['kms:GenerateDataKey', 'have a data key made for its table'],
    ['kms:Decrypt', 'have a data key of its table opened'],
  ]),
  ...theFunction('may not', ofTable, [
    ['kms:Encrypt', 'encrypt with the key'],
    ['kms:ReEncryptFrom', 'encrypt anew under another key'],
    ['kms:CreateGrant', 'let others use the key'],
    ['kms:DisableKey', 'disable the key'],
  ]),
  ...theFunction('may not', () => ({ Table: 'Orders', Hour: 'x' }), [
    ['kms:GenerateDataKey', 'have a data key made for another table'],
    ['kms:Decrypt', 'have a data key of another table opened'],
  ]),
  ...theFunction('may not', (stack) => ({ ...ofTable(stack), More: 'x' }), [
    ['kms:Decrypt', 'have something else of its table opened'],
  ]),
  ...keyRows('another role', () => anyRole, 'may not', ofTable, [
    ['kms:Decrypt', 'have a data key opened'],
    ['kms:GenerateDataKey', 'have a data key made'],
  ]),
  ...keyRows('the service role', ({ serviceRole }) => serviceRole, 'may not', ofTable, [
    ['kms:Decrypt', 'have a data key opened'],
  ]),
  {
    who: 'EventBridge',
    may: 'may not',
    what: 'have a data key opened (kms:Decrypt)',
    isAllowed: (stack) => {
      const { resourcePolicy, ...asked } = request(stack, 'kms:Decrypt', ofTable(stack));
      return authorizeService(createWorld(stack).account, 'events.amazonaws.com', resourcePolicy, asked)
        .allowed;
    },
  },
];
