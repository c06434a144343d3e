// The log groups that a request names, by name or ARN: their ARNs for IAM, and whether they exist.
import type { Account } from '../../account/account.ts';
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/**
 * With `:*`, as every action but those on tags is authorized on a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
export function logGroupArn(account: Account, name: string): string {
  return `arn:${account.partition}:logs:${account.region}:${account.accountId}:log-group:${name}:*`;
}

/** The name in `logGroupName`, or in the name or ARN `logGroupIdentifier`. @throws AwsError InvalidParameterException */
export function namedLogGroup({ account, input }: OperationCall): string {
  const { logGroupName, logGroupIdentifier } = input;
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined))
    throw invalidParameter('Either logGroupName or logGroupIdentifier must be given, and not both.');
  return logGroupName === undefined
    ? nameIn(account, logGroupIdentifier)
    : checkedName('logGroupName', logGroupName);
}

/** Of one of `logGroupName`, `logGroupNames` and `logGroupIdentifiers`. @throws AwsError InvalidParameterException */
export function namedLogGroups({ account, input }: OperationCall): string[] {
  const { logGroupName, logGroupNames, logGroupIdentifiers } = input;
  const given = [logGroupName, logGroupNames, logGroupIdentifiers].filter((value) => value !== undefined);
  const named = [given[0] ?? []].flat();
  if (given.length !== 1 || named.length === 0 || named.length > 50)
    throw invalidParameter(
      'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given, with 1 to 50 log groups.',
    );
  if (logGroupIdentifiers !== undefined) return named.map((identifier) => nameIn(account, identifier));
  return named.map((name) => checkedName('logGroupName', name));
}

/** @throws AwsError ResourceNotFoundException */
export function requireLogGroup({ logGroups }: Account, name: string): void {
  if (!logGroups.has(name))
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** Asks for the action on the log group that the request names, whether or not it exists. */
export function authorizeOnLogGroup(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => ({
    action: `logs:${action}`,
    resource: logGroupArn(call.account, namedLogGroup(call)),
  });
}

function nameIn({ accountId, partition, region }: Account, identifier: unknown): string {
  const text = String(identifier);
  if (!text.startsWith('arn:')) return checkedName('logGroupIdentifier', text);
  const prefix = `arn:${partition}:logs:${region}:${accountId}:log-group:`;
  // Of another account or region the sandbox has none; `:*` belongs to policies, and AWS refuses it here.
  if (!text.startsWith(prefix))
    throw invalidParameter(`The sandbox has no log groups but those of ${prefix}`);
  return checkedName('logGroupIdentifier', text.slice(prefix.length));
}

function checkedName(field: string, name: unknown): string {
  if (typeof name === 'string' && /^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return name;
  throw invalidParameter(
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}
