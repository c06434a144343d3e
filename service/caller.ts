// The caller: which application a request comes from, by the IAM identity that API Gateway verified.
import type { Deployment } from './deployment.ts';
import { BrokerError } from './errors.ts';

/** An application, named by the IAM role that signed the request. */
export interface Caller {
  /** The role's name, without its path: 2–64 of `[\w+=,.@-]`. */
  readonly applicationName: string;
  /** The role's unique id (`AROA…`), which a recreated role of the same name does not have. */
  readonly applicationRoleId: string;
}

const assumedRoleArn =
  /^arn:(?<partition>[a-z-]+):sts::(?<accountId>\d{12}):assumed-role\/(?<roleName>[\w+=,.@-]{1,64})\/(?<sessionName>[\w+=,.@-]{2,64})$/;
const assumedRoleUserId = /^(?<roleId>AROA[A-Z0-9]{10,124}):(?<sessionName>[\w+=,.@-]{2,64})$/;

/**
 * Reads the caller off `requestContext.authorizer.iam` of a payload 2.0 event.
 *
 * Only an assumed role of the deployment's own account will do. An IAM user, the root, a federated user and
 * a foreign account are refused: a name of theirs could be the same as a role's.
 *
 * @throws BrokerError CallerNotAllowed
 */
export function identifyCaller(iam: unknown, deployment: Deployment): Caller {
  const { userArn, userId, accountId } = (iam ?? {}) as Record<string, unknown>;
  const arn = typeof userArn === 'string' ? assumedRoleArn.exec(userArn)?.groups : undefined;
  const id = typeof userId === 'string' ? assumedRoleUserId.exec(userId)?.groups : undefined;
  if (!arn || !id) {
    throw new BrokerError(
      'CallerNotAllowed',
      'the caller must be an IAM role: sign with the credentials of an assumed role',
    );
  }
  if (
    arn['accountId'] !== deployment.accountId ||
    arn['partition'] !== deployment.partition ||
    accountId !== deployment.accountId
  ) {
    throw new BrokerError(
      'CallerNotAllowed',
      'the caller must be an IAM role of the account that the broker serves',
    );
  }
  if (id['sessionName'] !== arn['sessionName']) {
    throw new BrokerError('CallerNotAllowed', 'the caller’s ARN and unique id do not belong together');
  }
  const roleName = arn['roleName'] as string;
  if (roleName.length < 2) {
    throw new BrokerError(
      'CallerNotAllowed',
      'the caller’s role name must have at least 2 characters: it becomes the ExternalId, whose minimum STS sets',
    );
  }
  return { applicationName: roleName, applicationRoleId: id['roleId'] as string };
}
