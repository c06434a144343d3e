// Which operation of S3 Access Grants a request means, from its method and path; its input from query, headers and body.
import type { HttpRequest } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { parseXml } from '../s3/xml-body.ts';

const VERSION = '/v20180820';

interface Route {
  readonly operation: string;
  readonly method: string;
  /** Below the version; `{id}` is a part of its own. */
  readonly path: string;
  /** What `{id}` is in the API reference. */
  readonly id?: string;
  /** Query parameters by their names in the API reference. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const page = { nextToken: 'NextToken', maxResults: 'MaxResults' };
const instance = '/accessgrantsinstance';
const location = { path: `${instance}/location/{id}`, id: 'AccessGrantsLocationId' };
const grant = { path: `${instance}/grant/{id}`, id: 'AccessGrantId' };

const routes: readonly Route[] = [
  { operation: 'CreateAccessGrantsInstance', method: 'POST', path: instance },
  { operation: 'GetAccessGrantsInstance', method: 'GET', path: instance },
  { operation: 'DeleteAccessGrantsInstance', method: 'DELETE', path: instance },
  {
    operation: 'ListAccessGrantsInstances',
    method: 'GET',
    path: '/accessgrantsinstances',
    parameters: page,
  },
  {
    operation: 'GetAccessGrantsInstanceForPrefix',
    method: 'GET',
    path: `${instance}/prefix`,
    parameters: { s3prefix: 'S3Prefix' },
  },
  { operation: 'AssociateAccessGrantsIdentityCenter', method: 'POST', path: `${instance}/identitycenter` },
  { operation: 'DissociateAccessGrantsIdentityCenter', method: 'DELETE', path: `${instance}/identitycenter` },
  { operation: 'GetAccessGrantsInstanceResourcePolicy', method: 'GET', path: `${instance}/resourcepolicy` },
  { operation: 'PutAccessGrantsInstanceResourcePolicy', method: 'PUT', path: `${instance}/resourcepolicy` },
  {
    operation: 'DeleteAccessGrantsInstanceResourcePolicy',
    method: 'DELETE',
    path: `${instance}/resourcepolicy`,
  },
  { operation: 'CreateAccessGrantsLocation', method: 'POST', path: `${instance}/location` },
  { operation: 'GetAccessGrantsLocation', method: 'GET', ...location },
  { operation: 'UpdateAccessGrantsLocation', method: 'PUT', ...location },
  { operation: 'DeleteAccessGrantsLocation', method: 'DELETE', ...location },
  {
    operation: 'ListAccessGrantsLocations',
    method: 'GET',
    path: `${instance}/locations`,
    parameters: { ...page, locationscope: 'LocationScope' },
  },
  { operation: 'CreateAccessGrant', method: 'POST', path: `${instance}/grant` },
  { operation: 'GetAccessGrant', method: 'GET', ...grant },
  { operation: 'DeleteAccessGrant', method: 'DELETE', ...grant },
  {
    operation: 'ListAccessGrants',
    method: 'GET',
    path: `${instance}/grants`,
    parameters: {
      ...page,
      granteetype: 'GranteeType',
      granteeidentifier: 'GranteeIdentifier',
      permission: 'Permission',
      grantscope: 'GrantScope',
      application_arn: 'ApplicationArn',
    },
  },
  {
    operation: 'ListCallerAccessGrants',
    method: 'GET',
    path: `${instance}/caller/grants`,
    parameters: { ...page, grantscope: 'GrantScope', allowedByApplication: 'AllowedByApplication' },
  },
  {
    operation: 'GetDataAccess',
    method: 'GET',
    path: `${instance}/dataaccess`,
    parameters: {
      target: 'Target',
      permission: 'Permission',
      durationSeconds: 'DurationSeconds',
      privilege: 'Privilege',
      targetType: 'TargetType',
      auditContext: 'AuditContext',
    },
  },
];

/** S3 Control's requests are signed as S3's, and name an account; on AWS they have a host of their own. */
export function isS3Control({ rawPath, headers }: HttpRequest): boolean {
  return rawPath.startsWith(`${VERSION}/`) && headers['x-amz-account-id'] !== undefined;
}

/** `undefined` for what is no request of S3 Access Grants. Throws `NotImplemented` that names an unknown parameter. */
export function route(
  request: HttpRequest,
): { readonly operation: string; readonly input: Record<string, unknown> } | undefined {
  const path = request.rawPath.slice(VERSION.length);
  for (const candidate of routes) {
    const id = candidate.method === request.method ? match(candidate.path, path) : undefined;
    if (id === undefined) continue;
    const input: Record<string, unknown> = {
      ...body(candidate, request),
      AccountId: request.headers['x-amz-account-id'],
      ...(candidate.id !== undefined && { [candidate.id]: id }),
    };
    for (const [name, value] of new URLSearchParams(request.rawQuery)) {
      const parameter = candidate.parameters?.[name];
      if (parameter === undefined) {
        const what = `${candidate.operation} ?${name}`;
        throw new AwsError('NotImplemented', `The sandbox does not know ${what}.`, 501);
      }
      input[parameter] = value;
    }
    return { operation: candidate.operation, input };
  }
  return undefined;
}

/** The part of the path that `{id}` stands for, empty where there is none; `undefined` for another path. */
function match(template: string, path: string): string | undefined {
  const [before = '', after] = template.split('{id}');
  if (after === undefined) return path === template ? '' : undefined;
  const id = path.startsWith(before) ? path.slice(before.length) : '';
  return /^[a-zA-Z0-9-]{1,64}$/.test(id) ? id : undefined;
}

/** A request of whose parameters none is given may have no body. */
function body({ operation, method }: Route, { body: bytes }: HttpRequest): Record<string, unknown> {
  if (method === 'GET' || method === 'DELETE' || bytes.length === 0) return {};
  return withoutBlanks(parseXml(bytes, `${operation}Request`)) as Record<string, unknown>;
}

/** What stands between the elements of a structure is no member of it. */
function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBlanks);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== '#text');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutBlanks(member)]));
}
