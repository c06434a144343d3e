// May this principal assume this role, and give the session what it asks for? Both sides' policies have a say.
import type { Account } from '../account/account.ts';
import type { AuthorizationRequest } from '../account/operation.ts';
import type { Caller, PolicyDocument, Role } from '../identities/identity.ts';
import { type PolicyStatement, statementsOf } from '../identities/policy-document.ts';
import {
  authorizeBy,
  type Decision,
  decide,
  EVERYTHING,
  evaluate,
  identityPolicies,
  limitsOf,
  type Question,
  withinLimits,
} from './authorization.ts';
import { callerContext, type RequestContext, tagContext } from './request-context.ts';

export interface AssumeRoleRequest {
  readonly role: Role;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  /** All that the session gets: those passed, and those inherited from the calling session. */
  readonly tags?: ReadonlyMap<string, string>;
  readonly transitiveTagKeys?: readonly string[];
  /** What the session gets, be it passed or inherited. */
  readonly sourceIdentity?: string | undefined;
}

/**
 * Whether the caller may assume the role: `sts:AssumeRole`, `sts:TagSession` where the session gets tags, and
 * `sts:SetSourceIdentity` where it gets a source identity, be they passed or inherited. In the role's account a trust
 * policy that names the caller suffices; one that names the account needs the caller's identity policies too.
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
  const assuming = {
    ...tagging,
    ...setting,
    'sts:RoleSessionName': sessionName,
    ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
  };
  const assumed = onRole(account, caller, role, 'sts:AssumeRole', { ...context, ...assuming });
  if (!assumed.allowed) return assumed;
  if (tags.size > 0) {
    const tagged = onRole(account, caller, role, 'sts:TagSession', { ...context, ...tagging });
    if (!tagged.allowed) return tagged;
  }
  if (sourceIdentity === undefined) return assumed;
  return onBothSides(account, caller, role, 'sts:SetSourceIdentity', { ...context, ...setting });
}

function contextOf(account: Account, caller: Caller, role: Role): RequestContext {
  return {
    ...callerContext(account, caller),
    ...tagContext('aws:ResourceTag', role.tags),
    ...tagContext('iam:ResourceTag', role.tags),
  };
}

/**
 * Inherited tags are in the request as those passed are: a role that is assumed from a session with transitive tags may
 * ask for `aws:RequestTag`, https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
 */
function taggingContext({ tags = new Map(), transitiveTagKeys = [] }: AssumeRoleRequest): RequestContext {
  return {
    ...tagContext('aws:RequestTag', tags),
    ...(tags.size > 0 && { 'aws:TagKeys': [...tags.keys()] }),
    ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': [...transitiveTagKeys] }),
  };
}

function onRole(
  account: Account,
  caller: Caller,
  role: Role,
  action: string,
  context: RequestContext,
): Decision {
  const asked = { action, resource: role.arn };
  const decision = authorizeOnRole(account, caller, asked, role, context);
  if (!decision.allowed) return decision;
  const granted = isGrantedToSession(account, caller, asked, role, context);
  return withinLimits(decision, account, caller, asked, context, granted);
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

/** Whether the trust policy lets the session in by its own ARN, or everybody under a condition that it meets. */
function isGrantedToSession(
  account: Account,
  caller: Caller,
  request: AuthorizationRequest,
  role: Role,
  context: RequestContext,
): boolean {
  if (limitsOf(caller).length === 0) return false;
  const shown = account.identities.shownTrustPolicy(role);
  const Statement = statementsOf(shown).filter(
    ({ Effect, Principal }) => Effect === 'Deny' || namesEverybodyOr(caller.arn, Principal),
  );
  if (Statement.length === 0) return false;
  const resourcePolicy: PolicyDocument = { ...shown, Statement };
  const question = { principal: caller.arn, identityPolicies: [], resourcePolicy, request, context };
  return evaluate(account, question) === 'Allowed';
}

function namesEverybodyOr(arn: string, principal: PolicyStatement['Principal']): boolean {
  if (principal === undefined || principal === '*') return principal === '*';
  return [principal['AWS'] ?? []].flat().some((value) => value === '*' || value === arn);
}

function authorizeOnRole(
  account: Account,
  caller: Caller,
  request: AuthorizationRequest,
  role: Role,
  context: RequestContext,
): Decision {
  const resourcePolicy = account.identities.shownTrustPolicy(role);
  const policies = identityPolicies(caller);
  const question: Question = {
    principal: caller.arn,
    identityPolicies: policies,
    resourcePolicy,
    request,
    context,
  };
  return decide(account, question, `User: ${caller.arn}`, (outcome) => {
    // Asked again with other identity policies, the evaluator tells which side said no.
    if (outcome === 'ExplicitlyDenied') {
      const trustDenies = evaluate(account, { ...question, identityPolicies: [] }) === 'ExplicitlyDenied';
      return `with an explicit deny in ${trustDenies ? 'the role trust policy' : 'an identity-based policy'}`;
    }
    const trusted = evaluate(account, { ...question, identityPolicies: [EVERYTHING] }) === 'Allowed';
    return `because no ${trusted ? 'identity-based' : 'role trust'} policy allows the ${request.action} action`;
  });
}
