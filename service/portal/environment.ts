// The portal's settings: their names, the files beside its bundle, and how they are read.

import { parsedUrl } from '../parsed-url.ts';
import { oneOf, required, trueOrFalse, type Variables, variables, wholeNumber } from '../variables.ts';

/**
 * Names of the environment variables that the infrastructure sets and the portal reads.
 *
 * `lib/` imports this file and nothing else of the portal.
 */
export const PortalVariable = {
  /** Where browsers and AWS find the portal: https, with its prefix, and a slash at the end. */
  url: 'PORTAL_URL',
  sessionsTableName: 'PORTAL_SESSIONS_TABLE_NAME',
  usersTableName: 'PORTAL_USERS_TABLE_NAME',
  /** Sign-ins that wait for their answer, assertions that were taken, codes for the command line. */
  signInsTableName: 'PORTAL_SIGN_INS_TABLE_NAME',
  /** ARN of the KMS key that signs what target accounts trust. */
  signingKeyArn: 'PORTAL_SIGNING_KEY_ARN',
  /** Seconds that a session of the portal lasts. */
  sessionSeconds: 'PORTAL_SESSION_SECONDS',
  /** Key of the session tag that has the user's tenant. */
  tenantTagKey: 'PORTAL_TENANT_TAG_KEY',
  /** How users sign in: `saml` or `oidc`. */
  signInMethod: 'SIGN_IN_METHOD',
  /** Where the identity provider's metadata is; unset: the file beside the bundle. */
  samlMetadataUrl: 'SAML_METADATA_URL',
  /** Name of the attribute that has the groups; unset: Entra ID's own, and `groups`. */
  samlGroupsAttribute: 'SAML_GROUPS_ATTRIBUTE',
  /** Name of the attribute that has the tenant; unset: users have none. */
  samlTenantAttribute: 'SAML_TENANT_ATTRIBUTE',
  /** The identity provider's issuer, as its metadata has it: character for character. */
  oidcIssuer: 'OIDC_ISSUER',
  oidcClientId: 'OIDC_CLIENT_ID',
  /** How the portal proves itself to the identity provider: `private_key_jwt`, or `none`. */
  oidcClientAuthentication: 'OIDC_CLIENT_AUTHENTICATION',
  /** Whom what it proves itself by is for: `issuer`, or `token_endpoint`. */
  oidcAssertionAudience: 'OIDC_ASSERTION_AUDIENCE',
  /** What is asked for beside `openid`, with spaces between. */
  oidcScopes: 'OIDC_SCOPES',
  /** Name of the claim that has the user's id; unset: `sub`. */
  oidcUserClaim: 'OIDC_USER_CLAIM',
  /** Name of the claim that has the groups; unset: `groups`. */
  oidcGroupsClaim: 'OIDC_GROUPS_CLAIM',
  /** Name of the claim that has the tenant; unset: users have none. */
  oidcTenantClaim: 'OIDC_TENANT_CLAIM',
  /** `true`, which the sandbox alone sets: the identity provider may be at http on loopback. */
  allowHttpOnLoopback: 'ISB_ALLOW_HTTP_ON_LOOPBACK',
  /** What is asked in the place of AWS's federation endpoints; unset on AWS. */
  federationEndpoint: 'ISB_FEDERATION_ENDPOINT',
  /** Milliseconds that one attempt at DynamoDB may take. */
  dynamoDbTimeoutMs: 'DYNAMODB_TIMEOUT_MS',
  /** Milliseconds that one attempt at STS, KMS or the federation endpoint may take. */
  stsTimeoutMs: 'STS_TIMEOUT_MS',
  /** Attempts at one call of DynamoDB, STS or KMS. */
  maxAttempts: 'MAX_ATTEMPTS',
  /** Milliseconds after which a request is answered, whatever it still waits for. */
  requestBudgetMs: 'REQUEST_BUDGET_MS',
} as const;

/** Files beside the bundle: 300 targets are more than the variables hold. */
export const portalFiles = {
  /** A list of `Target`, as JSON. */
  targets: 'targets.json',
  samlMetadata: 'identity-provider-metadata.xml',
} as const;

/** Names below the portal that no target may have: the portal's own, and what browsers ask every site for. */
export const reservedServices: readonly string[] = [
  'saml',
  'oidc',
  'logout',
  'favourites',
  'jwks.json',
  '.well-known',
  'favicon.ico',
  'robots.txt',
  'apple-touch-icon.png',
  'apple-touch-icon-precomposed.png',
];

export const portalDefaults = { sessionSeconds: 28_800, tenantTagKey: 'TenantID' } as const;

const timeOutDefaults = {
  dynamoDbTimeoutMs: 1_000,
  stsTimeoutMs: 1_500,
  maxAttempts: 2,
  requestBudgetMs: 8_000,
} as const;

export interface SamlEnvironment {
  readonly method: 'saml';
  readonly metadataUrl: string | undefined;
  readonly groupsAttribute: string | undefined;
  readonly tenantAttribute: string | undefined;
}

export interface OidcEnvironment {
  readonly method: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  readonly clientAuthentication: 'private_key_jwt' | 'none';
  readonly assertionAudience: 'issuer' | 'token_endpoint';
  readonly scopes: readonly string[];
  readonly userClaim: string | undefined;
  readonly groupsClaim: string | undefined;
  readonly tenantClaim: string | undefined;
}

export interface PortalEnvironment {
  readonly url: string;
  readonly region: string;
  readonly sessionsTableName: string;
  readonly usersTableName: string;
  readonly signInsTableName: string;
  readonly signingKeyArn: string;
  readonly sessionSeconds: number;
  readonly tenantTagKey: string;
  readonly signIn: SamlEnvironment | OidcEnvironment;
  readonly allowHttpOnLoopback: boolean;
  readonly federationEndpoint: string | undefined;
  readonly dynamoDbTimeoutMs: number;
  readonly stsTimeoutMs: number;
  readonly maxAttempts: number;
  readonly requestBudgetMs: number;
}

/** Reads the settings. Throws at initialization, naming the variable, when one is missing or malformed. */
export function readPortalEnvironment(from: Variables = variables): PortalEnvironment {
  const number = (setting: keyof typeof timeOutDefaults) =>
    wholeNumber(from, PortalVariable[setting], timeOutDefaults[setting]);
  const optional = (name: string) => from[name] || undefined;
  return {
    url: portalUrl(required(from, PortalVariable.url)),
    region: required(from, 'AWS_REGION'),
    sessionsTableName: required(from, PortalVariable.sessionsTableName),
    usersTableName: required(from, PortalVariable.usersTableName),
    signInsTableName: required(from, PortalVariable.signInsTableName),
    signingKeyArn: required(from, PortalVariable.signingKeyArn),
    sessionSeconds: wholeNumber(from, PortalVariable.sessionSeconds, portalDefaults.sessionSeconds),
    tenantTagKey: from[PortalVariable.tenantTagKey] || portalDefaults.tenantTagKey,
    signIn: signInOf(from),
    allowHttpOnLoopback: trueOrFalse(from, PortalVariable.allowHttpOnLoopback),
    federationEndpoint: optional(PortalVariable.federationEndpoint),
    dynamoDbTimeoutMs: number('dynamoDbTimeoutMs'),
    stsTimeoutMs: number('stsTimeoutMs'),
    maxAttempts: number('maxAttempts'),
    requestBudgetMs: number('requestBudgetMs'),
  };
}

function signInOf(from: Variables): SamlEnvironment | OidcEnvironment {
  const optional = (name: string) => from[name] || undefined;
  const method = oneOf(from, PortalVariable.signInMethod, ['saml', 'oidc']);
  if (method === 'saml')
    return {
      method,
      metadataUrl: optional(PortalVariable.samlMetadataUrl),
      groupsAttribute: optional(PortalVariable.samlGroupsAttribute),
      tenantAttribute: optional(PortalVariable.samlTenantAttribute),
    };
  return {
    method,
    issuer: required(from, PortalVariable.oidcIssuer),
    clientId: required(from, PortalVariable.oidcClientId),
    clientAuthentication: oneOf(from, PortalVariable.oidcClientAuthentication, ['private_key_jwt', 'none']),
    assertionAudience: oneOf(from, PortalVariable.oidcAssertionAudience, ['issuer', 'token_endpoint']),
    scopes: (from[PortalVariable.oidcScopes] ?? '').split(' ').filter((scope) => scope !== ''),
    userClaim: optional(PortalVariable.oidcUserClaim),
    groupsClaim: optional(PortalVariable.oidcGroupsClaim),
    tenantClaim: optional(PortalVariable.oidcTenantClaim),
  };
}

/** What is added to it is a path of the portal. */
function portalUrl(text: string): string {
  const url = parsedUrl(text);
  if (url?.href !== text || !/^https?:$/.test(url.protocol) || !url.pathname.endsWith('/') || url.search)
    throw new Error(`the environment variable ${PortalVariable.url} must be a URL that ends in a slash`);
  return text;
}
