// The environment variables of an execution environment: the template's, Lambda's own, and the sandbox's two.
import { randomBytes } from 'node:crypto';
import type { SessionCredentials } from '../identities/identities.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { LambdaHost } from './lambda-host.ts';

export interface EnvironmentIdentity {
  readonly version: string;
  readonly initialization: 'on-demand' | 'provisioned-concurrency';
  readonly credentials: SessionCredentials;
  readonly host: LambdaHost;
}

/**
 * Lambda's names as AWS documents them; of the machine's environment only `PATH` passes.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(
  { functionName, handler, taskRoot, runtime, memoryMb, logGroup, variables }: FunctionConfiguration,
  { version, initialization, credentials, host }: EnvironmentIdentity,
): Record<string, string> {
  const day = new Date(host.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    ...variables,

    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_REGION: host.region,
    AWS_DEFAULT_REGION: host.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_INITIALIZATION_TYPE: initialization,
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[${version}]${randomBytes(16).toString('hex')}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    LANG: 'en_US.UTF-8',
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',

    AWS_ENDPOINT_URL: host.awsEndpointUrl,
    NODE_EXTRA_CA_CERTS: host.caCertificatePath,
  };
}

/** Names that Lambda refuses in a template. */
export const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);
