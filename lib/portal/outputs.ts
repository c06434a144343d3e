// What the portal's stack tells whoever deployed it, and whoever looks after it.
import { CfnOutput, type CfnOutputProps, type Stack } from 'aws-cdk-lib';
import { Console } from '../console.ts';
import type { PortalSettings } from '../settings/settings.ts';
import type { Gateway } from './gateway.ts';
import type { Monitoring } from './monitoring/monitoring.ts';
import type { PortalFunction } from './portal-function.ts';
import type { SigningKey } from './signing-key.ts';
import type { State } from './state.ts';

export interface Parts {
  /** Of the portal, with a slash at the end. */
  readonly url: string;
  readonly state: State;
  readonly signingKey: SigningKey;
  readonly portalFunction: PortalFunction;
  readonly gateway: Gateway;
  readonly monitoring: Monitoring;
  readonly portal: Pick<PortalSettings, 'identityProvider'>;
}

type Outputs = Readonly<Record<string, CfnOutputProps & { readonly description: string }>>;

/** Each is in the list of docs/portal.md. */
export function addOutputs(stack: Stack, { url, state, signingKey, ...parts }: Parts): void {
  const console = new Console(stack, 'Console');
  const { portalFunction, gateway, monitoring, portal } = parts;
  const outputs: Outputs = {
    PortalURL: { description: 'Where people open the portal; ends in a slash', value: url },
    PortalIssuer: {
      description: 'The issuer that target accounts trust, which has no slash at its end',
      // The same text, less its last character: the parts of a URL may be known no sooner than at deployment.
      value: url.slice(0, -1),
    },
    ...(portal.identityProvider.oidc ? toldByOpenIdConnect(url) : toldBySaml(url)),
    SessionsTableName: {
      description: 'The table of who has signed in, by the hashes of their sessions',
      value: state.sessionsTableName,
    },
    UsersTableName: {
      description: 'The table of what users keep, and of whose sessions were ended',
      value: state.usersTableName,
    },
    SignInsTableName: {
      description: 'The table of sign-ins under way, and of what counts once',
      value: state.signInsTableName,
    },
    SigningKeyARN: {
      description: 'The key in KMS that signs what target accounts trust',
      value: signingKey.keyArn,
    },
    PortalRoleARN: {
      description: 'The role of the function, which chained target roles trust',
      value: portalFunction.roleArn,
    },
    FunctionName: {
      description: 'The function that decides every request',
      value: portalFunction.function.functionName,
    },
    FunctionLogGroupName: {
      description: 'The log of the function, with the audit record of every decision',
      value: portalFunction.function.logGroup.logGroupName,
    },
    AccessLogGroupName: {
      description: 'The access log of the gateway, with the requests that never reach the function',
      value: gateway.logGroupName,
    },
    DashboardName: { description: 'The dashboard in CloudWatch', value: monitoring.dashboardName },
    DashboardURL: {
      description: 'The dashboard in the console',
      value: console.urlOfDashboard(monitoring.dashboardName),
      condition: console.isKnown,
    },
  };
  for (const [name, output] of Object.entries(outputs)) new CfnOutput(stack, name, output);
}

/** What an identity provider is given to know the portal by. */
function toldBySaml(url: string): Outputs {
  return {
    PortalMetadataURL: {
      description: 'The SAML metadata that the identity provider is given to know the portal by',
      value: `${url}saml/metadata`,
    },
  };
}

function toldByOpenIdConnect(url: string): Outputs {
  return {
    PortalRedirectURI: {
      description: 'The redirect URI by which the identity provider knows the portal',
      value: `${url}oidc/callback`,
    },
    PortalKeysURL: {
      description: 'The JWK set by which the identity provider knows that it is the portal',
      value: `${url}jwks.json`,
    },
  };
}
