// May S3 Access Grants assume the role of a location, and set what the session is to have? The trust policy alone has a say.
import type { Account } from '../account/account.ts';
import type { Role } from '../identities/identity.ts';
import type { IdentityContext } from '../identities/identity-context.ts';
import { authorizeService, type Decision } from './authorization.ts';
import type { RequestContext } from './request-context.ts';

export const ACCESS_GRANTS = 'access-grants.s3.amazonaws.com';
const IDENTITY_CENTER = 'arn:aws:iam::aws:contextProvider/IdentityCenter';

export interface LocationRoleRequest {
  readonly role: Role;
  readonly sessionName: string;
  readonly instanceArn: string;
  readonly sourceIdentity: string | undefined;
  readonly identityContext: IdentityContext | undefined;
}

/**
 * `sts:AssumeRole`, `sts:SetSourceIdentity` where the session gets a source identity, and `sts:SetContext` where it acts for a user of
 * a directory. `aws:SourceAccount` and `aws:SourceArn` are those of the instance.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location-register.html
 * @param account the role's, and the instance's
 */
export function authorizeLocationRole(account: Account, request: LocationRoleRequest): Decision {
  const { role, sessionName, sourceIdentity, identityContext } = request;
  const setting: RequestContext =
    sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity };
  const providing = identityContext ? contextKeys(identityContext) : {};
  const ask = (action: string, context: RequestContext) =>
    authorizeService(account, ACCESS_GRANTS, account.identities.shownTrustPolicy(role), {
      action,
      resource: role.arn,
      context: { 'aws:SourceArn': request.instanceArn, ...context },
    });
  const assumed = ask('sts:AssumeRole', { ...setting, ...providing, 'sts:RoleSessionName': sessionName });
  if (!assumed.allowed) return assumed;
  if (sourceIdentity !== undefined) {
    const set = ask('sts:SetSourceIdentity', setting);
    if (!set.allowed) return set;
  }
  return identityContext ? ask('sts:SetContext', providing) : assumed;
}

function contextKeys(identity: IdentityContext): RequestContext {
  return {
    'sts:RequestContextProviders': [IDENTITY_CENTER],
    'sts:RequestContext/identitycenter:ApplicationArn': identity.applicationArn,
    'sts:RequestContext/identitycenter:InstanceArn': identity.instanceArn,
    'sts:RequestContext/identitystore:IdentityStoreArn': identity.identityStoreArn,
    'sts:RequestContext/identitystore:UserId': identity.userId,
  };
}
