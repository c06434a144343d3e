// STS's refusals: what each means for the application that asked, and for the session that asked.
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { BrokerError } from '../errors.ts';

/** STS's errors reach the SDK's caller as generic exceptions: their names tell them apart. */
export function denialOf(error: unknown, input: AssumeRoleCommandInput, serviceRoleArn: string): BrokerError {
  if (error instanceof BrokerError) return error;
  switch ((error as Error | undefined)?.name) {
    case 'AccessDenied':
      return new BrokerError(
        'AccessRoleNotAssumable',
        whatTrustPolicyLacks(error as Error, input, serviceRoleArn),
        {
          cause: error,
        },
      );
    case 'ValidationError':
      return new BrokerError(
        'AccessRoleNotAssumable',
        `STS refuses the session as it is registered for the access role ${input.RoleArn}: check ` +
          'SessionDurationSeconds against the role’s maximum session duration, and the session tags',
        { cause: error },
      );
    case 'InvalidContextAssertion':
    case 'InvalidContextAssertionException':
      return new BrokerError(
        'IdentityContextRefused',
        'STS refuses the identity context of the user: it is over, or IAM Identity Center knows the user no longer',
        { cause: error },
      );
    case 'PackedPolicyTooLarge':
    case 'PackedPolicyTooLargeException':
      return new BrokerError(
        'SessionTagsTooLarge',
        'the session tags exceed the packed size that STS allows',
        {
          cause: error,
        },
      );
    default:
      return unavailable(error);
  }
}

/** STS names the action that it denied: `sts:TagSession` and `sts:SetSourceIdentity` are asked for after `sts:AssumeRole`. */
function whatTrustPolicyLacks(
  { message }: Error,
  { RoleArn, ExternalId, SourceIdentity }: AssumeRoleCommandInput,
  principal: string,
): string {
  if (message.includes('sts:TagSession')) {
    return (
      `the access role ${RoleArn} cannot be assumed with session tags: ` +
      `its trust policy must allow sts:TagSession to the principal ${principal}, beside sts:AssumeRole`
    );
  }
  if (message.includes('sts:SetContext')) {
    return (
      `the access role ${RoleArn} cannot be assumed for a user of IAM Identity Center: ` +
      `its trust policy must allow sts:SetContext to the principal ${principal}, beside sts:AssumeRole`
    );
  }
  if (message.includes('sts:SetSourceIdentity')) {
    return (
      `the access role ${RoleArn} cannot be assumed with a source identity: its trust policy must allow ` +
      `sts:SetSourceIdentity to the principal ${principal}, beside sts:AssumeRole, or SourceIdentityClaim be left out`
    );
  }
  const actions =
    SourceIdentity === undefined
      ? 'sts:AssumeRole and sts:TagSession'
      : 'sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity';
  return (
    `the access role ${RoleArn} cannot be assumed. It must exist, and its trust policy must allow ` +
    `${actions} to the principal ${principal}; ` +
    `where it asks for an sts:ExternalId, that is ${ExternalId}`
  );
}

/** The service role's session was ended before its time: the role was deleted, or its sessions were revoked. */
export function isDeadSession(error: unknown): boolean {
  return error instanceof Error && /^(ExpiredToken|InvalidClientTokenId)(Exception)?$/.test(error.name);
}

/** The session is of another role than the one that was registered. */
export function recreated({ RoleArn }: AssumeRoleCommandInput): BrokerError {
  return new BrokerError(
    'AccessRoleRecreated',
    `the access role ${RoleArn} is not the one that was registered: it was made anew. ` +
      'PUT the registration again, if the role is still this application’s',
  );
}

/** STS has issued the session by a clock that is behind the one that the revocation went by. A moment later it does not. */
export function revoked(): Error {
  return new Error('STS issued the session before the time at which the application’s sessions were revoked');
}

export function unavailable(cause: unknown): BrokerError {
  return new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment', { cause });
}
