// What the synthesized template of a broker's stack permits: its roles' policies and the alias's resource policy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument } from '../../../sandbox/identities/identities.ts';
import { resourcePolicy } from '../../../sandbox/lambda/resource-policy.ts';
import { readCloudAssembly } from '../../../sandbox/templates/cloud-assembly.ts';
import { type CreatedResource, resolve, type Scope } from '../../../sandbox/templates/intrinsic-functions.ts';
import type { Template } from '../../../sandbox/templates/template.ts';

export interface RolePermissions {
  readonly roleName: string;
  readonly trustPolicy: PolicyDocument;
  readonly policies: PolicyDocument[];
  readonly managedPolicyArns: readonly string[];
}

/** Plain data: a test may clone it and change what it grants. */
export interface StackPermissions {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  readonly functionRole: RolePermissions;
  readonly serviceRole: RolePermissions;
  readonly otherRoles: readonly RolePermissions[];
  /** Of the alias that the gateway invokes. */
  aliasPolicy: PolicyDocument;
  /** Where sessions are shared: who uses the key, of its policy. Who looks after it: test/stack/shared-sessions.test.ts. */
  readonly sealing?: PolicyDocument;
  readonly arns: {
    readonly alias: string;
    /** As far as the API's id. */
    readonly api: string;
    readonly registrations: string;
    readonly usagePlans: string;
    /** Without `:*`. */
    readonly functionLog: string;
    readonly accessLog: string;
    /** With data access. */
    readonly identityContexts?: string;
    readonly identityCenterApplication?: string;
    /** Where sessions are shared. */
    readonly sharedSessions?: string;
  };
}

type Properties = Record<string, unknown>;
interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
}
interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Of every environment in the assembly. A stack that names no account or region is read as of these. */
export function readStackPermissions(assemblyDirectory: string, unnamed: Place): StackPermissions[] {
  const manifest = JSON.parse(readFileSync(join(assemblyDirectory, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { environment?: string }>;
  };
  return readCloudAssembly(assemblyDirectory)
    .stacks.filter(({ stackName }) => stackName.startsWith('IAMSessionBroker-Service-'))
    .map(({ stackName, template }) => {
      const named = /^aws:\/\/(\d{12})\/([a-z]+-[a-z-]+-\d)$/.exec(
        manifest.artifacts[stackName]?.environment ?? '',
      );
      const [, accountId = unnamed.accountId, region = unnamed.region] = named ?? [];
      return permissionsOf(stackName, template, { accountId, region });
    });
}

function permissionsOf(stackName: string, template: Template, place: Place): StackPermissions {
  const created = createdResources(template, place);
  const scope: Scope = {
    template,
    pseudoParameters: {
      'AWS::AccountId': place.accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': place.region,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    parameters: new Map(),
    resources: created,
    exports: new Map(),
  };
  const resources = Object.entries(template.Resources).map(([id, { Type: type, Properties = {} }]) => ({
    id,
    type,
    properties: relevantTypes.has(type) ? (resolve(Properties, scope) as Properties) : {},
  }));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const named = (prefix: string) => {
    const id = resources.find((resource) => resource.id.startsWith(prefix))?.id ?? prefix;
    return created.get(id) as CreatedResource;
  };
  const arnOf = (prefix: string) => named(prefix).attributes['Arn']?.replace(/:\*$/, '') ?? '';

  const roles = ofType('AWS::IAM::Role').map((role) => rolePermissions(role, ofType('AWS::IAM::Policy')));
  const functionRole = only(roles, ({ roleName }) => roleName.startsWith('ExecutionRole'));
  const serviceRole = only(roles, ({ roleName }) => roleName === 'IAMSessionBroker');
  const alias = named('CredentialsManagerAlias').ref;
  return {
    ...place,
    stackName,
    functionRole,
    serviceRole,
    otherRoles: roles.filter((role) => role !== functionRole && role !== serviceRole),
    ...sealingOf(ofType('AWS::KMS::Key')),
    aliasPolicy: aliasPolicyOf(alias, ofType('AWS::Lambda::Permission')),
    arns: {
      alias,
      api: `arn:aws:execute-api:${place.region}:${place.accountId}:${named('GatewayApi').ref}`,
      registrations: arnOf('AccessMetadataTable'),
      usagePlans: arnOf('UsagePlansTable'),
      functionLog: arnOf('CredentialsManagerLogGroup'),
      accessLog: arnOf('GatewayAccessLog'),
      ...dataAccessOf(template, created),
      ...(template.Resources[sharedTableIn(template)] && { sharedSessions: arnOf('SharedSessionsTable') }),
    },
  };
}

/** Of the application in IAM Identity Center that the settings name first. */
function dataAccessOf({ Resources }: Template, created: ReadonlyMap<string, CreatedResource>) {
  const table = [...created].find(([id]) => id.startsWith('DataAccessIdentityContextsTable'));
  if (!table) return {};
  const [application] = /arn:aws:sso::\d{12}:application[^"\\]+/.exec(JSON.stringify(Resources)) ?? [];
  return {
    identityContexts: String(table[1].attributes['Arn']),
    ...(application !== undefined && { identityCenterApplication: application }),
  };
}

function sharedTableIn({ Resources }: Template): string {
  return Object.keys(Resources).find((id) => id.startsWith('SharedSessionsTable')) ?? '';
}

function sealingOf([key]: readonly Resource[]): { sealing?: PolicyDocument } {
  if (!key) return {};
  const { Version, Statement } = key.properties['KeyPolicy'] as { Version: string; Statement: Properties[] };
  const statements = Statement.filter(({ Sid }) => Sid !== 'Administration');
  return { sealing: { Version, Statement: statements } as PolicyDocument };
}

const relevantTypes = new Set([
  ...['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::Lambda::Permission'],
  'AWS::KMS::Key',
]);

/** Every resource as if it had been created under its logical id, with ARNs in the form of its service. */
function createdResources(
  { Resources }: Template,
  { accountId, region }: Place,
): Map<string, CreatedResource> {
  const arns: Record<string, (id: string) => string> = {
    'AWS::DynamoDB::GlobalTable': (id) => `arn:aws:dynamodb:${region}:${accountId}:table/${id}`,
    'AWS::DynamoDB::Table': (id) => `arn:aws:dynamodb:${region}:${accountId}:table/${id}`,
    'AWS::IAM::Role': (id) => `arn:aws:iam::${accountId}:role/${id}`,
    'AWS::Lambda::Alias': (id) => `arn:aws:lambda:${region}:${accountId}:function:${id}:live`,
    'AWS::Lambda::Function': (id) => `arn:aws:lambda:${region}:${accountId}:function:${id}`,
    'AWS::Logs::LogGroup': (id) => `arn:aws:logs:${region}:${accountId}:log-group:${id}:*`,
  };
  return new Map(
    Object.entries(Resources).map(([id, { Type, Properties = {} }]) => {
      const name = typeof Properties['RoleName'] === 'string' ? Properties['RoleName'] : id;
      const Arn = arns[Type]?.(name) ?? `arn:aws:other:${region}:${accountId}:${name}`;
      return [id, { ref: Type === 'AWS::Lambda::Alias' ? Arn : name, attributes: { Arn } }];
    }),
  );
}

function rolePermissions({ id, properties }: Resource, policies: readonly Resource[]): RolePermissions {
  const roleName = String(properties['RoleName'] ?? id);
  const inline = ((properties['Policies'] ?? []) as Properties[]).map((policy) => policy['PolicyDocument']);
  const attached = policies
    .filter((policy) => (policy.properties['Roles'] as string[]).includes(roleName))
    .map((policy) => policy.properties['PolicyDocument']);
  return {
    roleName,
    trustPolicy: properties['AssumeRolePolicyDocument'] as PolicyDocument,
    policies: [...inline, ...attached] as PolicyDocument[],
    managedPolicyArns: (properties['ManagedPolicyArns'] ?? []) as string[],
  };
}

/** Permissions that say the same, one for each method of a path, are one grant. */
function aliasPolicyOf(alias: string, permissions: readonly Resource[]): PolicyDocument {
  const distinct = new Map(
    permissions
      .filter(({ properties }) => properties['FunctionName'] === alias)
      .map(({ id, properties }) => [JSON.stringify(properties), { id, properties }]),
  );
  return resourcePolicy(
    alias,
    [...distinct.values()].map(({ id, properties }) => ({
      statementId: id,
      action: String(properties['Action']),
      service: String(properties['Principal']),
      sourceArn: properties['SourceArn'] as string | undefined,
    })),
  );
}

function only<T>(all: readonly T[], matches: (one: T) => boolean): T {
  const found = all.filter(matches);
  if (found.length !== 1) throw new Error(`expected one of ${all.length}, found ${found.length}`);
  return found[0] as T;
}
