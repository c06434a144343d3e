// Refusals of S3 Access Grants: what each means for the application that asked.
import { BrokerError } from '../errors.ts';

export interface GrantsRefusal {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
}

/** In the log as AWS's errors are; it names the target, and no secret. */
class S3ControlError extends Error {
  readonly $fault: 'client' | 'server';

  constructor({ statusCode, code, message }: GrantsRefusal) {
    super(message);
    this.name = code;
    this.$fault = statusCode < 500 ? 'client' : 'server';
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3AccessGrantsErrorCodeList */
export function grantsRefusalOf(refusal: GrantsRefusal, permission: string | undefined): BrokerError {
  const cause = new S3ControlError(refusal);
  const { code, message, statusCode } = refusal;
  const is = (name: string) => code === name || code === `${name}Error`;
  if (/throttl|slowdown|toomanyrequests/i.test(code) || statusCode >= 500) return unavailable(cause);
  if (is('AccessDenied')) return denied(message, permission, cause);
  if (is('StsNotAuthorized'))
    return misconfigured(
      'it cannot assume the role of the location: its trust policy must let access-grants.s3.amazonaws.com in, with the user’s identity where there is one',
      cause,
    );
  if (is('StsValidation'))
    return misconfigured(
      'STS refuses the session of the location’s role: check the duration that was asked for against the role’s maximum session duration',
      cause,
    );
  if (is('AccessGrantsInstanceNotExists'))
    return misconfigured('there is no instance in the account and region', cause);
  if (is('StsPackedPolicyTooLarge')) {
    return new BrokerError('TargetInvalid', 'the target is too long for the session policy of a grant', {
      cause,
    });
  }
  if (statusCode === 400 && /^Invalid(Request|Argument|Parameter|Scope|Target|AccessGrant)/.test(code)) {
    return new BrokerError('TargetInvalid', 'S3 Access Grants refuses the target as it is written', {
      cause,
    });
  }
  // A session that has ended, a signature out of time: nothing that the application has asked for.
  return unavailable(cause);
}

export function unavailable(cause: unknown): BrokerError {
  return new BrokerError('AccessGrantsUnavailable', 'S3 Access Grants cannot be asked at the moment', {
    cause,
  });
}

function misconfigured(what: string, cause: Error): BrokerError {
  return new BrokerError('LocationMisconfigured', `S3 Access Grants is not set up for it: ${what}`, {
    cause,
  });
}

/** S3 names the action where it is the asking that is denied, and not the data. */
function denied(message: string, permission: string | undefined, cause: Error): BrokerError {
  const [, action] = /^User: \S+ is not authorized to perform: (s3:\w+)/.exec(message) ?? [];
  const what =
    action !== undefined || permission === undefined
      ? `the access role may not ask: its policy must allow ${action ?? 's3:ListCallerAccessGrants'} on the instance of S3 Access Grants`
      : `no grant gives ${permission} to the target`;
  return new BrokerError('GrantDenied', what, { cause });
}
