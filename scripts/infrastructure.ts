// What teams deploy as it stands: the registration's function in one file, and the template with it in it.
import { App, CfnParameter, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { buildSync } from 'esbuild';
import { BrokeredApplication } from '../client/infrastructure/brokered-application.ts';

/** CommonJS, as CloudFormation's inline code must be; small enough to be sent within a template. */
export function renderRegistrationFunction(): string {
  const { outputFiles } = buildSync({
    entryPoints: ['client/infrastructure/registration/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // Never loaded: credentials are always given.
    external: ['@aws-sdk/credential-provider-node'],
    minify: true,
    legalComments: 'none',
    charset: 'ascii',
    write: false,
    logLevel: 'warning',
  });
  return (outputFiles[0] as { text: string }).text;
}

export function renderBrokeredApplicationTemplate(): string {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'BrokeredApplication', {
    description:
      'An application of the IAM Session Broker: its two roles, what they may do, and its registration',
    // No file asset, so nothing has to be bootstrapped.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  stack.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
  const parameter = (id: string, props: object) => new CfnParameter(stack, id, { type: 'String', ...props });
  const name = { allowedPattern: '[\\w+=,.@-]{1,64}', constraintDescription: 'a role’s name' };
  const text = {
    allowedPattern: '[^"\\\\\\x00-\\x1f]{1,2048}',
    constraintDescription: 'text without quotes',
  };
  const required = {
    BrokerEndpoint: parameter('BrokerEndpoint', {
      description: 'Output APIEndpoint of the broker',
      allowedPattern: 'https?://[^"\\\\\\s]+',
    }),
    BrokerApiId: parameter('BrokerApiId', {
      description: 'Id of the broker’s HTTP API: the first label of its default endpoint',
      allowedPattern: '[a-z0-9]{1,32}',
    }),
    ApplicationRoleName: parameter('ApplicationRoleName', {
      description: 'Name of the application, and of its role',
      ...name,
    }),
    AccessRoleName: parameter('AccessRoleName', {
      description:
        'Name of the role whose sessions are handed out; give it the policies that reach the tenant’s data',
      ...name,
    }),
    JWTClaimName: parameter('JWTClaimName', { description: 'The claim that holds the tenant', ...text }),
    JWKSetURL: parameter('JWKSetURL', { description: 'Where the issuer’s keys are', ...text }),
    Issuer: parameter('Issuer', { description: 'Exact iss of the tokens', ...text }),
    Audience: parameter('Audience', { description: 'Their aud, or client_id', ...text }),
  };
  const serviceRoleName = parameter('ServiceRoleName', {
    description: 'Output ServicePrincipalRoleName of the broker',
    default: 'IAMSessionBroker',
    ...name,
  });
  const sessionTagKey = parameter('SessionTagKey', {
    description: 'The session tag that carries the tenant',
    default: 'TenantID',
    ...text,
  });
  const service = parameter('Service', {
    description: 'The AWS service that runs the application',
    default: 'lambda.amazonaws.com',
    allowedPattern: '[a-z0-9.-]+[.]amazonaws[.]com([.]cn)?',
  });
  const propagation = new CfnParameter(stack, 'PropagationSeconds', {
    type: 'Number',
    description: 'How long a refusal may be the delay of IAM with a new role or policy',
    default: 120,
    minValue: 0,
    maxValue: 200,
  });
  new BrokeredApplication(stack, 'Application', {
    broker: {
      endpoint: required.BrokerEndpoint.valueAsString,
      apiId: required.BrokerApiId.valueAsString,
      serviceRoleName: serviceRoleName.valueAsString,
    },
    roleName: required.ApplicationRoleName.valueAsString,
    assumedBy: new ServicePrincipal(service.valueAsString),
    accessRoleName: required.AccessRoleName.valueAsString,
    registration: {
      SessionTagKey: sessionTagKey.valueAsString,
      JWTClaimName: required.JWTClaimName.valueAsString,
      JWKSetURL: required.JWKSetURL.valueAsString,
      Issuer: required.Issuer.valueAsString,
      Audience: required.Audience.valueAsString,
    },
    propagation: Duration.seconds(propagation.valueAsNumber),
  });
  return rendered(app.synth().getStackByName(stack.stackName).template);
}

/** A line for each parameter, resource and output: a template that is sent as it stands has 51,200 bytes at most. */
function rendered(template: Record<string, object>): string {
  const sections = Object.entries(template).map(([name, section]) => {
    if (typeof section === 'string') return `${JSON.stringify(name)}: ${JSON.stringify(section)}`;
    const entries = Object.entries(section).map(
      ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return `${JSON.stringify(name)}: {\n${entries.join(',\n')}\n}`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}
