// A role as IAM's answers show it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
import type { Account } from '../../account/account.ts';
import type { PolicyDocument, Role } from '../../identities/identity.ts';
import { shownTags } from './tags.ts';

export function shownRole(account: Account, role: Role): Record<string, unknown> {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt).toISOString(),
    AssumeRolePolicyDocument: shownPolicy(account.identities.shownTrustPolicy(role)),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDurationSeconds,
    PermissionsBoundary: role.permissionsBoundary && {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: role.permissionsBoundary.arn,
    },
    Tags: shownTags(role.tags),
  };
}

/** IAM URL-encodes the documents in its answers (RFC 3986). */
export function shownPolicy(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
