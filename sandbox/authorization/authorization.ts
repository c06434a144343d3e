// Policy evaluation: may this principal do this? The one file that knows the evaluator.
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Account } from '../account/account.ts';
import type { AuthorizationRequest } from '../account/operation.ts';
import type { Caller, PolicyDocument } from '../identities/identity.ts';
import { allowListForIdentityContext } from '../identities/identity-context-policy.ts';
import { applicablePolicy } from './applicable-policy.ts';
import { callerContext, type RequestContext, requestContext } from './request-context.ts';

export interface Decision {
  readonly allowed: boolean;
  /** The action that was decided: of several the first that is denied. */
  readonly action: string;
  /** One sentence: the principal, the action, the resource and which kind of policy decided; as AWS words a denial. */
  readonly reason: string;
}

type Outcome = ReturnType<typeof runUnsafeSimulation>;

/** What the evaluator is asked. */
export interface Question {
  /** An ARN, or a service's name such as `lambda.amazonaws.com`. */
  readonly principal: string;
  readonly identityPolicies: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument;
  readonly request: AuthorizationRequest;
  readonly context: RequestContext;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion */
const IAM_REGION = 'us-east-1';

export const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Whether the identity policies of the caller allow the action. A failure to evaluate is a denial. */
export function authorize(account: Account, caller: Caller, request: AuthorizationRequest): Decision {
  const context: RequestContext = {
    ...callerContext(account, caller),
    ...(request.action.startsWith('iam:') && { 'aws:RequestedRegion': IAM_REGION }),
    ...request.context,
  };
  const decision = authorizeBy('identity-based', identityPolicies(caller), account, caller, request, context);
  return decision.allowed ? withinLimits(decision, account, caller, request, context) : decision;
}

/** What limits a session whatever else allows: its own policy, and its role's permissions boundary. */
export function limitsOf(caller: Caller): { readonly kind: PolicyKind; readonly document: PolicyDocument }[] {
  if (caller.kind !== 'session') return [];
  const { policy, role } = caller;
  return [
    ...(policy ? [{ kind: 'session' as const, document: policy }] : []),
    ...(role.permissionsBoundary
      ? [{ kind: 'permissions boundary' as const, document: role.permissionsBoundary.document }]
      : []),
  ];
}

/**
 * Session policies and boundaries allow nothing; they limit what other policies allow, a resource-based policy that names
 * the role among them: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 *
 * One that names the session itself grants beside them: then only what they deny outright still counts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function withinLimits(
  decision: Decision,
  account: Account,
  caller: Caller,
  request: AuthorizationRequest,
  context: RequestContext,
  isGrantedToSession = false,
): Decision {
  for (const { kind, document } of limitsOf(caller)) {
    const documents = isGrantedToSession ? [EVERYTHING, document] : [document];
    const limited = authorizeBy(kind, documents, account, caller, request, context);
    if (!limited.allowed) return limited;
  }
  return decision;
}

type PolicyKind = 'identity-based' | 'session' | 'permissions boundary';

export function authorizeBy(
  kind: PolicyKind,
  policies: readonly PolicyDocument[],
  account: Account,
  caller: Caller,
  request: AuthorizationRequest,
  context: RequestContext,
): Decision {
  const question: Question = { principal: caller.arn, identityPolicies: policies, request, context };
  return decide(account, question, `User: ${caller.arn}`, (outcome) =>
    outcome === 'ExplicitlyDenied'
      ? `with an explicit deny in ${kind === 'identity-based' ? 'an' : 'a'} ${kind} policy`
      : `because no ${kind} policy allows the ${request.action} action`,
  );
}

/**
 * Whether a resource's policy lets an AWS service act on it: API Gateway invoke a function, Lambda assume
 * a function's role.
 * @param service `apigateway.amazonaws.com`
 */
export function authorizeService(
  account: Account,
  service: string,
  resourcePolicy: PolicyDocument,
  request: AuthorizationRequest,
): Decision {
  const question: Question = {
    principal: service,
    identityPolicies: [],
    resourcePolicy,
    request,
    context: {
      ...requestContext(account),
      'aws:PrincipalIsAWSService': 'true',
      'aws:SourceAccount': account.accountId,
      ...request.context,
    },
  };
  return decide(account, question, `Service: ${service}`, (outcome) =>
    outcome === 'ExplicitlyDenied'
      ? 'with an explicit deny in a resource-based policy'
      : `because no resource-based policy allows the ${request.action} action`,
  );
}

export function decide(
  account: Account,
  question: Question,
  subject: string,
  explain: (outcome: Outcome) => string,
): Decision {
  const { action, resource } = question.request;
  const denial = `${subject} is not authorized to perform: ${action} on resource: ${resource}`;
  try {
    const outcome = evaluate(account, question);
    if (outcome !== 'Allowed') return { allowed: false, action, reason: `${denial} ${explain(outcome)}` };
    return {
      allowed: true,
      action,
      reason: `${subject} is authorized to perform: ${action} on resource: ${resource}`,
    };
  } catch (error) {
    return {
      allowed: false,
      action,
      reason: `${denial} because its policies could not be evaluated: ${error}`,
    };
  }
}

/**
 * The statements that apply to the request, weighed against each other. The evaluator's checked entry point, `runSimulation`,
 * refuses services and actions that it does not know; the documents have been checked when they were saved.
 */
export function evaluate(account: Account, question: Question): Outcome {
  if (account.allowsAll) return 'Allowed';
  const { principal, resourcePolicy, request, context } = question;
  const applicable = (policy: PolicyDocument) => applicablePolicy(policy, request, context);
  return runUnsafeSimulation(
    {
      request: {
        principal,
        action: request.action,
        resource: { resource: request.resource, accountId: account.accountId },
        contextVariables: {},
      },
      identityPolicies: question.identityPolicies.map((policy, index) => ({
        name: `${index}`,
        policy: applicable(policy),
      })),
      // In the evaluator's form of a policy already checked; it fails on a bare one, which has no name.
      resourcePolicy: resourcePolicy && {
        __validated: true,
        policyDocument: applicable(resourcePolicy),
        metadata: { name: 'resource policy' },
        errors: [],
      },
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
}

export function identityPolicies(caller: Caller): PolicyDocument[] {
  switch (caller.kind) {
    case 'administrator':
      return [EVERYTHING];
    case 'user':
      return [...caller.user.inlinePolicies.values()];
    case 'session':
      // STS attaches it to a session that acts for a user, beside what the role has.
      return [
        ...caller.role.inlinePolicies.values(),
        ...(caller.identityContext ? [allowListForIdentityContext] : []),
      ];
  }
}
