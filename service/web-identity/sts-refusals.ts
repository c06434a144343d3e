// STS's refusals: what each means for the user of a target, and for whoever owns its role.
import { PortalError, type PortalErrorCode } from '../portal-errors.ts';

/**
 * STS's errors are told apart by their names, and its denials by the action that they name.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
 */
export function refusalOf(
  cause: unknown,
  { role, mode }: { readonly role: string; readonly mode: string },
): PortalError {
  const { name, message } = cause instanceof Error ? cause : new Error('');
  const refusal = (code: PortalErrorCode, text: string) => new PortalError(code, text, { cause });
  switch (name.replace(/Exception$/, '')) {
    case 'AccessDenied': {
      const wanted = mode === 'chained' ? 'sts:AssumeRole' : 'sts:AssumeRoleWithWebIdentity';
      const denied = /sts:(TagSession|SetSourceIdentity)/.exec(message)?.[0] ?? wanted;
      return refusal('TrustMissing', `the trust policy of ${role} does not allow the portal ${denied}`);
    }
    case 'InvalidIdentityToken':
      return refusal('IdentityProviderMissing', `the account of ${role} has no OIDC provider for the portal`);
    case 'ValidationError':
      // Of all that the portal sends, the role's owner decides this alone.
      if (!/MaxSessionDuration|1 hour/.test(message)) break;
      return refusal('DurationAboveMaximum', `${role} allows no session of this duration`);
    case 'PackedPolicyTooLarge':
      return refusal('SessionTagsTooLarge', 'the session tags are larger than STS takes');
  }
  return refusal('StsUnavailable', 'STS gave no session');
}
