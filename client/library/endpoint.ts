// Where the broker is: its API's endpoint as deployed, or the DNS name that the convention gives it.
import { parsedUrl } from './parsed-url.ts';

/** The parts of the name `iam-session-broker.<region>.<environment>.<product>.<top-level domain>`. */
export interface BrokerDomain {
  /** The environment's name in the broker's settings, `production`. */
  readonly environment: string;
  readonly product: string;
  readonly topLevelDomain: string;
}

export type BrokerLocation =
  | {
      /** The stack's output `APIEndpoint`; `https`, or `http` on loopback. */
      readonly endpoint: string;
      readonly domain?: undefined;
    }
  | { readonly domain: BrokerDomain; readonly endpoint?: undefined };

/**
 * The URL that paths are resolved against: it ends in one slash.
 * @throws TypeError for a location that is none, or would send tokens in the clear
 */
export function endpointOf({ endpoint, domain }: BrokerLocation, region: string): URL {
  if ((endpoint === undefined) === (domain === undefined)) {
    throw new TypeError('endpoint, domain: give one of the two');
  }
  const text = endpoint ?? `https://${nameOf(domain as BrokerDomain, region)}`;
  const url = parsedUrl(text);
  if (!url || !isConfidential(url)) {
    throw new TypeError('endpoint: must be an https URL; http is for loopback alone');
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}

function nameOf(domain: BrokerDomain, region: string): string {
  const { environment, product, topLevelDomain } = domain;
  for (const [field, value] of Object.entries({ environment, product, topLevelDomain })) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(value ?? '')) {
      throw new TypeError(`domain.${field}: must be a lower-case DNS name`);
    }
  }
  return `iam-session-broker.${region}.${environment}.${product}.${topLevelDomain}`;
}

function isConfidential({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
