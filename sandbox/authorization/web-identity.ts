// May whom this provider's token names assume this role? The trust policy alone has a say.
import type { Account } from '../account/account.ts';
import type { PolicyDocument, Role, WebIdentity } from '../identities/identity.ts';
import { type PolicyStatement, statementsOf } from '../identities/policy-document.ts';
import { type AssumeRoleRequest, roleTagContext, taggingContext } from './assume-role.ts';
import { type Decision, decide } from './authorization.ts';
import { type RequestContext, requestContext, webIdentityContext } from './request-context.ts';

export interface WebIdentityRequest extends Omit<AssumeRoleRequest, 'externalId' | 'context'> {
  readonly webIdentity: WebIdentity;
}

/**
 * `sts:AssumeRoleWithWebIdentity`, `sts:TagSession` where the token has tags, and `sts:SetSourceIdentity` where it has a
 * source identity.
 * @param account the role's
 */
export function authorizeWebIdentity(account: Account, request: WebIdentityRequest): Decision {
  const { role, sessionName, webIdentity, sourceIdentity, tags = new Map() } = request;
  const context: RequestContext = {
    ...requestContext(account),
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    ...webIdentityContext(webIdentity),
    ...roleTagContext(role),
  };
  const tagging = taggingContext(request);
  const setting: RequestContext =
    sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity };
  const ask = (action: string, more: RequestContext) =>
    onTrust(account, role, webIdentity, action, { ...context, ...more });
  const assuming = { ...tagging, ...setting, 'sts:RoleSessionName': sessionName };
  const assumed = ask('sts:AssumeRoleWithWebIdentity', assuming);
  if (!assumed.allowed) return assumed;
  if (tags.size > 0) {
    const tagged = ask('sts:TagSession', tagging);
    if (!tagged.allowed) return tagged;
  }
  return sourceIdentity === undefined ? assumed : ask('sts:SetSourceIdentity', setting);
}

function onTrust(
  account: Account,
  role: Role,
  { providerArn, subject }: WebIdentity,
  action: string,
  context: RequestContext,
): Decision {
  const trust = account.identities.shownTrustPolicy(role);
  const question = {
    principal: providerArn,
    identityPolicies: [],
    resourcePolicy: forProvider(trust, providerArn),
    request: { action, resource: role.arn },
    context,
  };
  const who = `Web identity: ${subject} of ${providerArn}`;
  return decide(account, question, who, (outcome) =>
    outcome === 'ExplicitlyDenied'
      ? 'with an explicit deny in the role trust policy'
      : `because no role trust policy allows the ${action} action`,
  );
}

/**
 * What of the policy is about the provider. AWS does not say whether `*` lets a token's holder in: here it denies them, and
 * lets in nobody.
 */
function forProvider(policy: PolicyDocument, providerArn: string): PolicyDocument {
  const Statement = statementsOf(policy).flatMap((statement): PolicyStatement[] => {
    const named = names(statement.Principal, providerArn);
    const denied = statement.Effect === 'Deny' && isEverybody(statement.Principal);
    return named || denied ? [{ ...statement, Principal: { Federated: providerArn } }] : [];
  });
  return { ...policy, Statement };
}

function names(principal: PolicyStatement['Principal'], providerArn: string): boolean {
  if (principal === undefined || principal === '*') return false;
  return [principal['Federated'] ?? []].flat().includes(providerArn);
}

function isEverybody(principal: PolicyStatement['Principal']): boolean {
  return principal === '*' || [principal?.['AWS'] ?? []].flat().includes('*');
}
