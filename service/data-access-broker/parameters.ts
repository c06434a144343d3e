// The parameters of requests for data and for grants: of GET in its query, of POST in its body.
import type { BrokerRequest } from '../broker/request.ts';
import { jsonBodyOf } from '../broker/request.ts';
import type { Parameter } from '../broker/token-parameter.ts';
import { type Permission, permissions } from '../data-access/access-grants.ts';
import { BrokerError } from '../errors.ts';
import type { AccessGrantsRules } from '../registrations/data-access-rules.ts';
import { MAX_SCOPE_LENGTH, readScope, type S3Scope } from '../s3-scope.ts';

const target: Parameter = ['target', 'Target'];
const permission: Parameter = ['permission', 'Permission'];
const durationSeconds: Parameter = ['durationSeconds', 'DurationSeconds'];
const grantScope: Parameter = ['grantScope', 'GrantScope'];
const maxResults: Parameter = ['maxResults', 'MaxResults'];
const nextToken: Parameter = ['nextToken', 'NextToken'];

export const dataParameters: readonly Parameter[] = [target, permission, durationSeconds];
export const grantsParameters: readonly Parameter[] = [grantScope, maxResults, nextToken];

/** What is asked for; the bounds of the registration are another question. */
export interface WishedData {
  readonly target: S3Scope;
  readonly permission: Permission;
  readonly durationSeconds: number | undefined;
}

export interface WishedGrants {
  readonly grantScope?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** `undefined` where no data is asked for. @throws BrokerError InvalidRequest, TargetInvalid */
export function wishedDataOf(request: BrokerRequest): WishedData | undefined {
  const read = parametersOf(request);
  if (read.raw(target) === undefined) {
    const lonely = [permission, durationSeconds].find((parameter) => read.raw(parameter) !== undefined);
    if (lonely) throw invalid(read.nameOf(lonely), 'is of requests with a target');
    return undefined;
  }
  const scope = readScope(read.text(target, MAX_SCOPE_LENGTH) ?? '');
  if ('problem' in scope) {
    throw new BrokerError('TargetInvalid', `${read.nameOf(target)}: ${scope.problem}`);
  }
  const wished = permissions.find((one) => one === read.raw(permission));
  if (wished === undefined) throw invalid(read.nameOf(permission), `must be ${permissions.join(', ')}`);
  return { target: scope, permission: wished, durationSeconds: read.number(durationSeconds, 900, 43_200) };
}

/** @throws BrokerError InvalidRequest */
export function wishedGrantsOf(request: BrokerRequest): WishedGrants {
  const read = parametersOf(request);
  const scope = read.text(grantScope, MAX_SCOPE_LENGTH);
  if (scope !== undefined && !/^s3:\/\/[^*?]*\*?$/.test(scope)) {
    throw invalid(read.nameOf(grantScope), 'must be s3://… , with a * at its end or none');
  }
  const most = read.number(maxResults, 1, 1_000);
  const token = read.text(nextToken, 4_096);
  return {
    ...(scope !== undefined && { grantScope: scope }),
    ...(most !== undefined && { maxResults: most }),
    ...(token !== undefined && { nextToken: token }),
  };
}

/** Seconds, within what the registration allows. @throws BrokerError InvalidRequest */
export function durationOf(
  { durationSeconds: wished }: WishedData,
  { maxDurationSeconds }: AccessGrantsRules,
  request: BrokerRequest,
): number {
  if (wished === undefined) return Math.min(3_600, maxDurationSeconds);
  if (wished <= maxDurationSeconds) return wished;
  throw invalid(
    parametersOf(request).nameOf(durationSeconds),
    `must be at most ${maxDurationSeconds}, the registration’s MaxDurationSeconds`,
  );
}

/** Reads parameters, and calls them in messages as the request does. */
function parametersOf(request: BrokerRequest) {
  const isQuery = request.method === 'GET';
  const given = (isQuery ? request.query : jsonBodyOf(request)) as Readonly<Record<string, unknown>>;
  const nameOf = ([inQuery, inBody]: Parameter) => (isQuery ? inQuery : inBody);
  const raw = (parameter: Parameter) => given[nameOf(parameter)];
  const text = (parameter: Parameter, maximum: number): string | undefined => {
    const value = raw(parameter);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '' || value.length > maximum) {
      throw invalid(nameOf(parameter), `must be 1–${maximum} characters`);
    }
    // API Gateway joins the values of a repeated parameter by commas.
    if (isQuery && value.includes(',')) {
      throw invalid(nameOf(parameter), 'must stand once, and have no comma: POST takes one');
    }
    return value;
  };
  const number = (parameter: Parameter, least: number, most: number): number | undefined => {
    const value = raw(parameter);
    if (value === undefined) return undefined;
    const parsed =
      isQuery && typeof value === 'string' && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : value;
    if (typeof parsed === 'number' && Number.isInteger(parsed) && parsed >= least && parsed <= most)
      return parsed;
    throw invalid(nameOf(parameter), `must be a whole number from ${least} to ${most}`);
  };
  return { nameOf, raw, text, number };
}

function invalid(name: string, problem: string): BrokerError {
  return new BrokerError('InvalidRequest', `${name}: ${problem}`);
}
