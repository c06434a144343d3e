// The portal's function, with its targets and the identity provider's metadata beside the bundle, and its log group.
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PortalVariable, portalFiles } from '../../service/portal/environment.ts';
import { serviceFunction } from '../service-function.ts';
import { isLoopbackUrl, isMetadataUrl, samlMetadataIn } from '../settings/saml-metadata.ts';
import type { PortalSettings, Settings } from '../settings/settings.ts';
import type { SigningKey } from './signing-key.ts';
import type { State } from './state.ts';

type SamlSettings = NonNullable<PortalSettings['identityProvider']['saml']>;
type OidcSettings = NonNullable<PortalSettings['identityProvider']['oidc']>;

const ENTRY_POINT = 'service/portal/main.ts';

export interface PortalFunctionProps {
  /** Of the portal, with its prefix, and a slash at the end. */
  readonly url: string;
  readonly state: State;
  readonly signingKey: SigningKey;
  /** The function's own role; gets the grants it needs here. */
  readonly executionRole: IRole;
  readonly settings: Settings;
  readonly portal: PortalSettings;
}

export class PortalFunction extends Construct {
  readonly function: LambdaFunction;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: PortalFunctionProps) {
    super(scope, id);
    const { url, state, signingKey, executionRole, settings, portal } = props;

    this.function = serviceFunction(this, {
      entryPoint: ENTRY_POINT,
      bundle: { files: filesOf(portal), keepsArrows: true },
      settings,
      role: executionRole,
      environment: {
        [PortalVariable.url]: url,
        [PortalVariable.sessionsTableName]: state.sessionsTableName,
        [PortalVariable.usersTableName]: state.usersTableName,
        [PortalVariable.signInsTableName]: state.signInsTableName,
        [PortalVariable.signingKeyArn]: signingKey.keyArn,
        [PortalVariable.sessionSeconds]: String(portal.sessionSeconds),
        [PortalVariable.tenantTagKey]: portal.tenantTagKey,
        ...signInVariables(portal.identityProvider),
        [PortalVariable.dynamoDbTimeoutMs]: String(settings.dynamoDbTimeoutMs),
        [PortalVariable.stsTimeoutMs]: String(settings.stsTimeoutMs),
        [PortalVariable.maxAttempts]: String(settings.maxAttempts),
        [PortalVariable.requestBudgetMs]: String(settings.requestBudgetMs),
        POWERTOOLS_SERVICE_NAME: 'IAMSessionBrokerPortal',
        POWERTOOLS_METRICS_NAMESPACE: 'IAMSessionBroker',
      },
    });

    this.roleArn = executionRole.roleArn;
    state.grantUse(executionRole);
    this.function.logGroup.grantWrite(executionRole);
  }
}

/** What the variables have no room for: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function filesOf({ targets, identityProvider: { saml } }: PortalSettings): Record<string, string> {
  return {
    [portalFiles.targets]: JSON.stringify(targets),
    ...(saml &&
      !isMetadataUrl(saml.metadata) && { [portalFiles.samlMetadata]: samlMetadataIn(saml.metadata) }),
  };
}

function signInVariables({ saml, oidc }: PortalSettings['identityProvider']): Record<string, string> {
  if (oidc) return oidcVariables(oidc);
  return saml ? samlVariables(saml) : {};
}

function samlVariables({ metadata, groupsAttribute, tenantAttribute }: SamlSettings): Record<string, string> {
  return {
    [PortalVariable.signInMethod]: 'saml',
    ...(isMetadataUrl(metadata) && { [PortalVariable.samlMetadataUrl]: metadata }),
    // The settings have it in the sandbox alone: portal-contradictions.ts.
    ...(isLoopbackUrl(metadata) && { [PortalVariable.allowHttpOnLoopback]: 'true' }),
    ...(groupsAttribute !== undefined && { [PortalVariable.samlGroupsAttribute]: groupsAttribute }),
    ...(tenantAttribute !== undefined && { [PortalVariable.samlTenantAttribute]: tenantAttribute }),
  };
}

function oidcVariables(oidc: OidcSettings): Record<string, string> {
  const { issuer, userClaim, groupsClaim, tenantClaim } = oidc;
  return {
    [PortalVariable.signInMethod]: 'oidc',
    [PortalVariable.oidcIssuer]: issuer,
    [PortalVariable.oidcClientId]: oidc.clientId,
    [PortalVariable.oidcClientAuthentication]: oidc.clientAuthentication,
    [PortalVariable.oidcAssertionAudience]: oidc.assertionAudience,
    [PortalVariable.oidcScopes]: oidc.scopes.join(' '),
    ...(isLoopbackUrl(issuer) && { [PortalVariable.allowHttpOnLoopback]: 'true' }),
    ...(userClaim !== undefined && { [PortalVariable.oidcUserClaim]: userClaim }),
    ...(groupsClaim !== undefined && { [PortalVariable.oidcGroupsClaim]: groupsClaim }),
    ...(tenantClaim !== undefined && { [PortalVariable.oidcTenantClaim]: tenantClaim }),
  };
}
