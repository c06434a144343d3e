// The sandbox's HTTP APIs, each at an address of its own, and the names that lead to them.
import { HttpApi } from './http-api.ts';

/** A custom domain name. */
export interface DomainName {
  /** Lower case. */
  readonly name: string;
  /** What its alias records stand for. */
  readonly regionalDomainName: string;
  readonly regionalHostedZoneId: string;
}

/** Where the APIs are served. */
export interface HttpApiAddresses {
  /** Of the API that is created first, the portal's aside: `http://127.0.0.1:PORT`, no slash at the end. */
  readonly first: string;
  /** The stack whose API is the portal's, where one is deployed. */
  readonly portalStack?: string | undefined;
  /** Begins to serve a further API; resolves to its address, likewise. */
  readonly open: (place: 'portal' | 'further', served: () => HttpApi | undefined) => Promise<string>;
}

export interface NewHttpApi {
  readonly stackName: string;
  readonly isDefaultEndpointDisabled?: boolean;
}

export class HttpApis {
  /** By name. */
  readonly domainNames = new Map<string, DomainName>();
  readonly #addresses: HttpApiAddresses;
  readonly #apis = new Map<string, HttpApi>();
  readonly #mappings = new Map<string, HttpApi>();
  #served: HttpApi | undefined;
  #portal: HttpApi | undefined;

  constructor(addresses: HttpApiAddresses) {
    this.#addresses = addresses;
  }

  /** The API at the first address, once its template is deployed: the broker's. */
  get served(): HttpApi | undefined {
    return this.#served;
  }

  /** The portal's API, once its template is deployed. */
  get portal(): HttpApi | undefined {
    return this.#portal;
  }

  /** The custom domain name that leads to the API, once it is mapped. */
  customDomainOf(api: HttpApi): DomainName | undefined {
    return [...this.domainNames.values()].find(({ name }) => this.#mappings.get(name) === api);
  }

  /**
   * The API that a request with this `Host` reaches: by a custom domain name that is mapped to it, or by any
   * other name that of the address, where its default endpoint is not disabled.
   */
  reachedBy(host: string | undefined, atAddress: HttpApi | undefined): HttpApi | undefined {
    const mapped = this.#mappings.get(nameOf(host ?? ''));
    return mapped ?? (atAddress?.isDefaultEndpointDisabled ? undefined : atAddress);
  }

  async create(
    apiId: string,
    { stackName, isDefaultEndpointDisabled = false }: NewHttpApi,
  ): Promise<HttpApi> {
    if (this.#apis.has(apiId)) throw new Error(`the sandbox has an HTTP API ${apiId} already`);
    const place = this.#placeOf(stackName);
    let api: HttpApi | undefined;
    const endpointUrl =
      place === 'first' ? this.#addresses.first : await this.#addresses.open(place, () => api);
    api = new HttpApi({ apiId, endpointUrl, isDefaultEndpointDisabled });
    if (place === 'first') this.#served = api;
    if (place === 'portal') this.#portal = api;
    this.#apis.set(apiId, api);
    return api;
  }

  /** Maps the root of a custom domain name to an API. */
  map(domainName: string, apiId: string): void {
    const domain = this.domainNames.get(nameOf(domainName));
    if (!domain) throw new Error(`Invalid domain name identifier specified ${domainName}`);
    if (this.#mappings.has(domain.name)) throw new Error(`${domainName} is mapped already`);
    this.#mappings.set(domain.name, this.find(apiId));
  }

  find(apiId: string): HttpApi {
    const api = this.#apis.get(apiId);
    if (!api) throw new Error(`Invalid API identifier specified ${apiId}`);
    return api;
  }

  #placeOf(stackName: string): 'first' | 'portal' | 'further' {
    if (stackName === this.#addresses.portalStack) {
      if (this.#portal) throw new Error('the sandbox serves one HTTP API of the portal’s stack only');
      return 'portal';
    }
    return this.#served ? 'further' : 'first';
  }
}

/** The name in a `Host` header, without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
