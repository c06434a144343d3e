// Sharing: which other applications the owner of an access role lets register it.
import { BrokerError } from '../errors.ts';
import { claimKeyOf } from './access-role-claims.ts';
import type { Registration } from './registration.ts';

type NamesAccessRole = Pick<Registration, 'accessRoleName'>;

/** Whether both are registered with one role: IAM keeps names apart without regard to path and letter case. */
export function isSameRole(one: NamesAccessRole, other: NamesAccessRole): boolean {
  return claimKeyOf(one.accessRoleName) === claimKeyOf(other.accessRoleName);
}

/** Whether the owner says that the application may register the access role too. */
export function shares(owner: Registration, accessRoleName: string, applicationName: string): boolean {
  return isSameRole(owner, { accessRoleName }) && (owner.sharedWith?.includes(applicationName) ?? false);
}

export function claimed(accessRoleName: string): BrokerError {
  return new BrokerError(
    'AccessRoleClaimed',
    `the access role ${accessRoleName} is registered by another application; to share it, that application names ` +
      'this one in SharedWith, and its trust policy lets in the names of both as sts:ExternalId',
  );
}

/** What the owner no longer says. */
export function notShared(accessRoleName: string, applicationName: string): BrokerError {
  return new BrokerError(
    'AccessRoleNotShared',
    `the access role ${accessRoleName} is shared with ${applicationName} no longer: its owner must name it in SharedWith`,
  );
}
