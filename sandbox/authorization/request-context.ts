// The condition keys that every request has: who calls, when and from where.
import type { Account } from '../account/account.ts';
import type { Caller, WebIdentity } from '../identities/identity.ts';
import type { IdentityContext } from '../identities/identity-context.ts';
import { sessionDate } from '../identities/sessions.ts';

/** A string, or a list for the keys that AWS documents as multivalued. */
export type RequestContext = Record<string, string | string[]>;

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * `aws:SecureTransport` is true: the sandbox's plain HTTP stands for AWS's TLS.
 */
export function requestContext(account: Account): RequestContext {
  const now = account.now();
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': account.region,
    'aws:ResourceAccount': account.accountId,
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
  };
}

/** The keys of `requestContext` and those of the principal. */
export function callerContext(account: Account, caller: Caller): RequestContext {
  const context: RequestContext = {
    ...requestContext(account),
    'aws:PrincipalAccount': caller.accountId,
    'aws:PrincipalArn': caller.kind === 'session' ? caller.role.arn : caller.arn,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalType': caller.kind === 'session' ? 'AssumedRole' : 'User',
    'aws:ViaAWSService': 'false',
    'aws:userid': caller.userId,
  };
  if (caller.kind === 'session') {
    context['aws:TokenIssueTime'] = sessionDate(caller.issuedAt);
    if (caller.sourceIdentity !== undefined) context['aws:SourceIdentity'] = caller.sourceIdentity;
    if (caller.webIdentity) Object.assign(context, webIdentityContext(caller.webIdentity));
    if (caller.vending) context['s3:AccessGrantsInstanceArn'] = caller.vending.instanceArn;
    if (caller.identityContext) Object.assign(context, directoryContext(caller.identityContext));
  } else context['aws:username'] = caller.arn.split('/').at(-1) ?? '';
  return { ...context, ...tagContext('aws:PrincipalTag', principalTags(caller)) };
}

/** What a token's claims are in conditions, where it is exchanged and in every request of the session. */
export function webIdentityContext(identity: WebIdentity): RequestContext {
  const { providerArn, keyPrefix, audience, subject, methods } = identity;
  return {
    'aws:FederatedProvider': providerArn,
    [`${keyPrefix}:aud`]: audience,
    [`${keyPrefix}:sub`]: subject,
    ...(methods.length > 0 && { [`${keyPrefix}:amr`]: [...methods] }),
  };
}

/**
 * Whom a session acts for, in every request of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-identity-store-user-id
 */
export function directoryContext(identity: Omit<IdentityContext, 'groupIds'>): RequestContext {
  return {
    'identitycenter:ApplicationArn': identity.applicationArn,
    'identitycenter:InstanceArn': identity.instanceArn,
    'identitystore:IdentityStoreArn': identity.identityStoreArn,
    'identitystore:UserId': identity.userId,
  };
}

/** `aws:RequestTag/Key`: value, and so on. */
export function tagContext(key: string, tags: ReadonlyMap<string, string>): RequestContext {
  return Object.fromEntries([...tags].map(([tagKey, value]) => [`${key}/${tagKey}`, value]));
}

function principalTags(caller: Caller): ReadonlyMap<string, string> {
  switch (caller.kind) {
    case 'administrator':
      return new Map();
    case 'user':
      return caller.user.tags;
    case 'session':
      return caller.principalTags;
  }
}
