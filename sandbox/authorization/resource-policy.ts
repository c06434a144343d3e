// May this principal do this to a resource whose own policy has to say so: a role, a KMS key?
import type { Account } from '../account/account.ts';
import type { AuthorizationRequest } from '../account/operation.ts';
import { accountOfArn, type Caller, type PolicyDocument } from '../identities/identity.ts';
import { type PolicyStatement, statementsOf } from '../identities/policy-document.ts';
import {
  type Decision,
  decide,
  EVERYTHING,
  evaluate,
  identityPolicies,
  limitsOf,
  type Question,
  withinLimits,
} from './authorization.ts';
import { callerContext, type RequestContext } from './request-context.ts';

/** The resource, and the policy on it. */
export interface PolicedResource {
  readonly account: Account;
  /** As it is evaluated: ARNs in the place of unique ids. */
  readonly policy: PolicyDocument;
  /** What AWS calls such a policy: `role trust`, `resource-based`. */
  readonly kind: string;
}

/**
 * Whether both sides let the caller act. In the resource's account a policy that names the caller suffices; one that names
 * the account leaves it to the caller's identity policies, and without either these count for nothing. From another account
 * both sides must allow it, each its own.
 */
export function decideByResource(
  account: Account,
  caller: Caller,
  asked: AuthorizationRequest,
  resource: PolicedResource,
  context: RequestContext,
): Decision {
  const decision = weigh(caller, asked, resource, context);
  if (!decision.allowed) return decision;
  const granted = isGrantedToSession(caller, asked, resource, context);
  return withinLimits(decision, account, caller, asked, context, granted);
}

/**
 * A request on a resource of the caller's account, by the policy that the request has of it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function authorizeByResource(
  account: Account,
  caller: Caller,
  asked: AuthorizationRequest & { readonly resourcePolicy: PolicyDocument },
): Decision {
  const context = { ...callerContext(account, caller), ...asked.context };
  const resource = { account, policy: asked.resourcePolicy, kind: 'resource-based' };
  return decideByResource(account, caller, asked, resource, context);
}

/**
 * A request that both sides must allow, also within one account: the caller's identity policies, and the resource's policy,
 * which may name the caller or leave it to the caller's account.
 */
export function authorizeOnBothSides(
  account: Account,
  caller: Caller,
  asked: AuthorizationRequest & { readonly resourcePolicy: PolicyDocument },
): Decision {
  const context = {
    ...callerContext(account, caller),
    'aws:ResourceAccount': accountOfArn(asked.resource),
    ...asked.context,
  };
  // Between two accounts neither side suffices. No account has this number.
  const apart = { ...account, accountId: '000000000000' };
  const resource = { account: apart, policy: asked.resourcePolicy, kind: 'resource-based' };
  return decideByResource(account, caller, asked, resource, context);
}

function weigh(
  caller: Caller,
  request: AuthorizationRequest,
  { account, policy, kind }: PolicedResource,
  context: RequestContext,
): Decision {
  const question: Question = {
    principal: caller.arn,
    identityPolicies: identityPolicies(caller),
    resourcePolicy: policy,
    request,
    context,
  };
  return decide(account, question, `User: ${caller.arn}`, (outcome) => {
    // Asked again with other identity policies, the evaluator tells which side said no.
    if (outcome === 'ExplicitlyDenied') {
      const denied = evaluate(account, { ...question, identityPolicies: [] }) === 'ExplicitlyDenied';
      return `with an explicit deny in ${denied ? `${articleOf(kind)} ${kind}` : 'an identity-based'} policy`;
    }
    const open = evaluate(account, { ...question, identityPolicies: [EVERYTHING] }) === 'Allowed';
    return `because no ${open ? 'identity-based' : kind} policy allows the ${request.action} action`;
  });
}

/** Whether the resource's policy lets the session in by its own ARN, or everybody under a condition that it meets. */
function isGrantedToSession(
  caller: Caller,
  request: AuthorizationRequest,
  { account, policy }: PolicedResource,
  context: RequestContext,
): boolean {
  if (limitsOf(caller).length === 0 || caller.accountId !== account.accountId) return false;
  const Statement = statementsOf(policy).filter(
    ({ Effect, Principal }) => Effect === 'Deny' || namesEverybodyOr(caller.arn, Principal),
  );
  if (Statement.length === 0) return false;
  const resourcePolicy: PolicyDocument = { ...policy, Statement };
  const question = { principal: caller.arn, identityPolicies: [], resourcePolicy, request, context };
  return evaluate(account, question) === 'Allowed';
}

function namesEverybodyOr(arn: string, principal: PolicyStatement['Principal']): boolean {
  if (principal === undefined || principal === '*') return principal === '*';
  return [principal['AWS'] ?? []].flat().some((value) => value === '*' || value === arn);
}

/** As AWS writes it: `the role trust policy`, for a role has one, and `a resource-based policy`. */
function articleOf(kind: string): string {
  return kind === 'resource-based' ? 'a' : 'the';
}
