// The DNS names under which applications find the broker, and people the portal; imports nothing, so that they can import it.
export interface ServiceDomain {
  /** The region the broker is deployed to, `eu-west-1`: the same that requests are signed for. */
  readonly region: string;
  /** The environment's name in the settings, `production`. */
  readonly environment: string;
  readonly product: string;
  readonly topLevelDomain: string;
}

/** `iam-session-broker.<region>.<environment>.<product>.<top-level domain>`: all that an application must know. */
export function serviceDomainName(domain: ServiceDomain): string {
  return domainName('iam-session-broker', domain);
}

/** `console.<region>.<environment>.<product>.<top-level domain>`: where people find the portal. */
export function portalDomainName(domain: ServiceDomain): string {
  return domainName('console', domain);
}

function domainName(label: string, { region, environment, product, topLevelDomain }: ServiceDomain): string {
  return `${label}.${region}.${environment}.${product}.${topLevelDomain}`;
}
