// The DNS name under which applications find the broker; imports nothing, so that they can import it.
export interface ServiceDomain {
  /** The region the broker is deployed to, `eu-west-1`: the same that requests are signed for. */
  readonly region: string;
  /** The environment's name in the settings, `production`. */
  readonly environment: string;
  readonly product: string;
  readonly topLevelDomain: string;
}

/** `iam-session-broker.<region>.<environment>.<product>.<top-level domain>`: all that an application must know. */
export function serviceDomainName({ region, environment, product, topLevelDomain }: ServiceDomain): string {
  return `iam-session-broker.${region}.${environment}.${product}.${topLevelDomain}`;
}
