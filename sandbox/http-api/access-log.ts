// A stage's access log: its format, and what the format's variables are worth for one request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html

/** What is known of a request; a variable without a value is logged as `-`. */
export interface AccessLogValues {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly apiId: string;
  readonly accountId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly protocol: string;
  readonly routeKey?: string;
  readonly status: number;
  readonly responseLength: number;
  readonly responseLatency: number;
  readonly 'identity.sourceIp': string;
  readonly 'identity.userAgent': string;
  readonly 'identity.accountId'?: string;
  readonly 'identity.caller'?: string;
  readonly 'identity.user'?: string;
  readonly 'identity.userArn'?: string;
  readonly 'authorizer.error'?: string;
  readonly 'error.message'?: string;
  readonly 'error.responseType'?: string;
  readonly integrationErrorMessage?: string;
  readonly 'integration.error'?: string;
  readonly 'integration.latency'?: number;
  readonly 'integration.status'?: number;
  readonly integrationLatency?: number;
  readonly integrationStatus?: number;
}

const variables: ReadonlySet<string> = new Set<keyof AccessLogValues>([
  'requestId',
  'extendedRequestId',
  'requestTime',
  'requestTimeEpoch',
  'apiId',
  'accountId',
  'stage',
  'domainName',
  'domainPrefix',
  'httpMethod',
  'path',
  'protocol',
  'routeKey',
  'status',
  'responseLength',
  'responseLatency',
  'identity.sourceIp',
  'identity.userAgent',
  'identity.accountId',
  'identity.caller',
  'identity.user',
  'identity.userArn',
  'authorizer.error',
  'error.message',
  'error.responseType',
  'integrationErrorMessage',
  'integration.error',
  'integration.latency',
  'integration.status',
  'integrationLatency',
  'integrationStatus',
]);

const variable = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

export class AccessLogFormat {
  readonly #format: string;

  /** Throws for a variable that the sandbox does not know. */
  constructor(format: string) {
    const unknown = [...format.matchAll(variable)].find(([, name = '']) => !variables.has(name));
    if (unknown) throw new Error(`the sandbox does not know the access log variable ${unknown[0]}`);
    this.#format = format;
  }

  /** One line. Values stand in it as they are, as in AWS: `$context.error.message` brings no quotes. */
  render(values: AccessLogValues): string {
    return this.#format.replace(variable, (_, name: keyof AccessLogValues) => String(values[name] ?? '-'));
  }
}
