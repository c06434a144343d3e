// What a target role must be for the portal to open it: whom it trusts, for which target, and what they may say of the user.
import { parsedUrl } from '../library/parsed-url.ts';

/** What every token of the portal is for: the client id of its OIDC provider. */
export const AUDIENCE = 'sts.amazonaws.com';

/** A trust policy, as IAM spells it. */
export interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly TrustStatement[];
}

export interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Principal: Readonly<Record<string, unknown>>;
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What is wrong with an issuer, or `undefined`. It stands in the keys of conditions, which no intrinsic function of
 * CloudFormation fills in: so it must be known as it is. http, and a port, are for a portal of the sandbox.
 */
export function issuerProblem(issuer: string): string | undefined {
  if (issuer.includes('${'))
    return 'must be known now, and is no sooner than at deployment: take the portal’s output PortalIssuer';
  const url = parsedUrl(issuer);
  const isLoopback = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLoopback))
    return 'must be an https URL: the portal’s output PortalIssuer';
  if (issuer.endsWith('/')) return 'must have no slash at its end: PortalIssuer, and not PortalURL';
  if (url.username || url.password || url.search || url.hash || (url.port && !isLoopback))
    return 'must have no port, query, fragment, user name or password';
  return url.href.replace(/\/$/, '') === issuer && issuer.length <= 255
    ? undefined
    : 'must be written as the portal’s output PortalIssuer is, in 255 characters at most';
}

/** What is wrong with a target's name, or `undefined`. */
export function serviceProblem(service: string): string | undefined {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(service)
    ? undefined
    : 'must be the name of a target: 1–64 letters, digits and . _ -, and no . at its beginning';
}

/** What is wrong with the ARN of the portal's role, or `undefined`: `*`, or an account, would let in others besides. */
export function portalRoleProblem(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)
    ? undefined
    : 'must be the ARN of a role: the portal’s output PortalRoleARN';
}

/** What is wrong with the ARN of an account's OIDC provider, or `undefined`. */
export function providerProblem(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::\d{12}:oidc-provider\/[^\s*?]+$/.test(arn)
    ? undefined
    : 'must be the ARN of an IAM OIDC provider';
}

/**
 * Trusts the portal as an issuer, and its tokens for one target alone.
 *
 * @param provider ARN of the account's OIDC provider of the issuer, or what CloudFormation makes one of
 * @param service the target, whose tokens have the subject `<service>:<user>`
 */
export function webIdentityTrust(issuer: string, service: string, provider: unknown): TrustPolicy {
  const key = issuer.replace(/^https?:\/\//, '');
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: { [`${key}:aud`]: AUDIENCE },
          StringLike: { [`${key}:sub`]: `${service}:*` },
        },
      },
    ],
  };
}

/**
 * Trusts the portal's role, by the target's name as external id.
 *
 * @param portalRole ARN: the portal's output PortalRoleARN
 */
export function chainedTrust(portalRole: unknown, service: string): TrustPolicy {
  const Principal = { AWS: portalRole };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal,
        Action: ['sts:AssumeRole'],
        Condition: { StringEquals: { 'sts:ExternalId': service } },
      },
      // A statement of its own: an external id is no key of these actions.
      { Effect: 'Allow', Principal, Action: ['sts:TagSession', 'sts:SetSourceIdentity'] },
    ],
  };
}
