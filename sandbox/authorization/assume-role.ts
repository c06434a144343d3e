// May this principal assume this role, and give the session what it asks for? Both sides' policies have a say.
import type { Account } from '../account/account.ts';
import { accountOfArn, type Caller, type Role } from '../identities/identity.ts';
import type { IdentityContext } from '../identities/identity-context.ts';
import { authorizeBy, type Decision, identityPolicies } from './authorization.ts';
import { callerContext, directoryContext, type RequestContext, tagContext } from './request-context.ts';
import { decideByResource } from './resource-policy.ts';

export interface AssumeRoleRequest {
  readonly role: Role;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  /** All that the session gets: those passed, and those inherited from the calling session. */
  readonly tags?: ReadonlyMap<string, string>;
  readonly transitiveTagKeys?: readonly string[];
  /** What the session gets, be it passed or inherited. */
  readonly sourceIdentity?: string | undefined;
  /** Whom the session is to act for, and whose word that is. */
  readonly context?: { readonly providerArn: string; readonly identity: IdentityContext };
}

/**
 * Whether the caller may assume the role: `sts:AssumeRole`, `sts:TagSession` where the session gets tags,
 * `sts:SetSourceIdentity` where it gets a source identity, be they passed or inherited, and `sts:SetContext` where the request
 * provides a context. In the role's account a trust policy that names the caller suffices; one that names the account needs the caller's identity policies too. A role of
 * another account needs both, whomever it names.
 *
 * A role's session needs both sides for `sts:SetSourceIdentity`, whatever the accounts:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html#id_credentials_temp_control-access_monitor-perms
 */
export function authorizeAssumeRole(account: Account, caller: Caller, request: AssumeRoleRequest): Decision {
  const { role, sessionName, externalId, sourceIdentity, tags = new Map() } = request;
  const context = contextOf(account, caller, role);
  const tagging = taggingContext(request);
  const setting: RequestContext =
    sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity };
  // Which keys an action has:
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
  const providing = providedContext(request);
  const assuming = {
    ...tagging,
    ...setting,
    ...providing,
    'sts:RoleSessionName': sessionName,
    ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
  };
  const assumed = onRole(account, caller, role, 'sts:AssumeRole', { ...context, ...assuming });
  if (!assumed.allowed) return assumed;
  if (tags.size > 0) {
    const tagged = onRole(account, caller, role, 'sts:TagSession', { ...context, ...tagging });
    if (!tagged.allowed) return tagged;
  }
  if (request.context) {
    const provided = onRole(account, caller, role, 'sts:SetContext', { ...context, ...providing });
    if (!provided.allowed) return provided;
  }
  if (sourceIdentity === undefined) return assumed;
  return onBothSides(account, caller, role, 'sts:SetSourceIdentity', { ...context, ...setting });
}

function contextOf(account: Account, caller: Caller, role: Role): RequestContext {
  return {
    ...callerContext(account, caller),
    'aws:ResourceAccount': accountOfArn(role.arn),
    ...roleTagContext(role),
  };
}

/** The role's own tags, as conditions of IAM and STS ask for them. */
export function roleTagContext({ tags }: Role): RequestContext {
  return { ...tagContext('aws:ResourceTag', tags), ...tagContext('iam:ResourceTag', tags) };
}

/**
 * Inherited tags are in the request as those passed are: a role that is assumed from a session with transitive tags may
 * ask for `aws:RequestTag`, https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
 */
export function taggingContext({
  tags = new Map(),
  transitiveTagKeys = [],
}: Pick<AssumeRoleRequest, 'tags' | 'transitiveTagKeys'>): RequestContext {
  return {
    ...tagContext('aws:RequestTag', tags),
    ...(tags.size > 0 && { 'aws:TagKeys': [...tags.keys()] }),
    ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': [...transitiveTagKeys] }),
  };
}

/**
 * The keys of a provided context. `sts:AssumeRole` has them too, though the Service Authorization Reference lists them of
 * `sts:SetContext` alone: a trust statement that asks for them may be about both.
 */
function providedContext({ context }: AssumeRoleRequest): RequestContext {
  if (!context) return {};
  const keys = Object.entries(directoryContext(context.identity));
  return {
    'sts:RequestContextProviders': [context.providerArn],
    ...Object.fromEntries(keys.map(([key, value]) => [`sts:RequestContext/${key}`, value])),
  };
}

function onRole(
  account: Account,
  caller: Caller,
  role: Role,
  action: string,
  context: RequestContext,
): Decision {
  const resource = {
    account: accountOf(account, role),
    policy: account.identities.shownTrustPolicy(role),
    kind: 'role trust',
  };
  return decideByResource(account, caller, { action, resource: role.arn }, resource, context);
}

/** The role's, also one that nobody has opened: what decides is its number. */
function accountOf(account: Account, role: Role): Account {
  const accountId = accountOfArn(role.arn);
  return account.all.get(accountId) ?? { ...account, accountId };
}

/** As `onRole`; of a session the role's identity policies must allow it too. */
function onBothSides(
  account: Account,
  caller: Caller,
  role: Role,
  action: string,
  context: RequestContext,
): Decision {
  const decision = onRole(account, caller, role, action, context);
  if (!decision.allowed || caller.kind !== 'session') return decision;
  const asked = { action, resource: role.arn };
  return authorizeBy('identity-based', identityPolicies(caller), account, caller, asked, context);
}
