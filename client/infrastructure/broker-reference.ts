// The deployed broker, as an application's stack names it.
import { Aws, Token } from 'aws-cdk-lib';

export interface BrokerReference {
  /** The broker's output `APIEndpoint`: https. */
  readonly endpoint: string;
  /**
   * The id of the broker's HTTP API, which its ARNs have under a custom domain too. Default: the first label of the
   * endpoint, where that is API Gateway's own.
   */
  readonly apiId?: string;
  /** The broker's output `ServicePrincipalRoleName`. Default `IAMSessionBroker`. */
  readonly serviceRoleName?: string;
  /** Default: the stack's. */
  readonly region?: string;
}

export function serviceRoleArnOf({ serviceRoleName = 'IAMSessionBroker' }: BrokerReference): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${serviceRoleName}`;
}

export function regionOf({ region = Aws.REGION }: BrokerReference): string {
  return region;
}

/**
 * The ARN of a route, for `execute-api:Invoke`.
 * @throws Error where the API's id is not given, and the endpoint does not tell it
 */
export function routeArnOf(broker: BrokerReference, method: string, path: string): string {
  return `arn:${Aws.PARTITION}:execute-api:${regionOf(broker)}:${Aws.ACCOUNT_ID}:${apiIdOf(broker)}/$default/${method}/${path}`;
}

function apiIdOf({ endpoint, apiId }: BrokerReference): string {
  if (apiId !== undefined) return apiId;
  const [, label] = /^https:\/\/([a-z0-9]+)\.execute-api\./.exec(endpoint) ?? [];
  if (label !== undefined && !Token.isUnresolved(endpoint)) return label;
  throw new Error('broker.apiId: must be given, for the endpoint does not begin with it');
}
