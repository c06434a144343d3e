// HTTP APIs as their templates define them: integrations, routes, the default stage and the names they answer to.
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { AccessLogFormat } from './access-log.ts';
import { StageThrottle, type Throttles } from './stage-throttle.ts';

export interface Integration {
  readonly lambdaFunction: LambdaFunction;
  /** The version or alias that is invoked. */
  readonly qualifier: string;
  readonly timeoutMs: number;
}

export interface Route {
  /** `GET /credentials` */
  readonly routeKey: string;
  readonly authorizationType: 'AWS_IAM' | 'NONE';
  readonly integration: Integration;
}

export interface Stage {
  readonly throttles: Throttles;
  readonly accessLog?: { readonly logGroup: string; readonly format: AccessLogFormat };
}

export interface DeployedStage extends Stage {
  readonly throttle: StageThrottle;
}

/** A custom domain name. */
export interface DomainName {
  /** Lower case. */
  readonly name: string;
  /** What its alias records stand for. */
  readonly regionalDomainName: string;
  readonly regionalHostedZoneId: string;
}

export class HttpApi {
  readonly apiId: string;
  /** Whether it answers under the names of its custom domains only. */
  readonly isDefaultEndpointDisabled: boolean;
  /** By their ids. */
  readonly integrations = new Map<string, Integration>();
  /** By their route keys. */
  readonly routes = new Map<string, Route>();
  #stage: DeployedStage | undefined;

  constructor(apiId: string, isDefaultEndpointDisabled = false) {
    this.apiId = apiId;
    this.isDefaultEndpointDisabled = isDefaultEndpointDisabled;
  }

  /** The stage `$default`; without one the API answers nothing but 404. */
  get stage(): DeployedStage | undefined {
    return this.#stage;
  }

  deployStage(stage: Stage): void {
    if (this.#stage) throw new Error('Stage already exists');
    this.#stage = { ...stage, throttle: new StageThrottle(stage.throttles) };
  }
}

/** The sandbox's HTTP APIs: one, because one endpoint tells no more apart. */
export class HttpApis {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly endpointUrl: string;
  /** By name. */
  readonly domainNames = new Map<string, DomainName>();
  readonly #mappings = new Map<string, HttpApi>();
  #api: HttpApi | undefined;

  constructor(endpointUrl: string) {
    this.endpointUrl = endpointUrl;
  }

  /** The API that the endpoint serves, once its template is deployed. */
  get served(): HttpApi | undefined {
    return this.#api;
  }

  /** The custom domain name that leads to the API, once it is mapped. */
  get customDomain(): DomainName | undefined {
    return [...this.domainNames.values()].find(({ name }) => this.#mappings.has(name));
  }

  /**
   * The API that a request with this `Host` reaches: by a custom domain name that is mapped to it, or by any
   * other name where its default endpoint is not disabled.
   */
  reachedBy(host: string | undefined): HttpApi | undefined {
    const mapped = this.#mappings.get(nameOf(host ?? ''));
    return mapped ?? (this.#api?.isDefaultEndpointDisabled ? undefined : this.#api);
  }

  create(apiId: string, { isDefaultEndpointDisabled = false } = {}): HttpApi {
    if (this.#api) throw new Error('the sandbox serves one HTTP API only');
    this.#api = new HttpApi(apiId, isDefaultEndpointDisabled);
    return this.#api;
  }

  /** Maps the root of a custom domain name to an API. */
  map(domainName: string, apiId: string): void {
    const domain = this.domainNames.get(nameOf(domainName));
    if (!domain) throw new Error(`Invalid domain name identifier specified ${domainName}`);
    if (this.#mappings.has(domain.name)) throw new Error(`${domainName} is mapped already`);
    this.#mappings.set(domain.name, this.find(apiId));
  }

  find(apiId: string): HttpApi {
    if (this.#api?.apiId !== apiId) throw new Error(`Invalid API identifier specified ${apiId}`);
    return this.#api;
  }
}

/** The name in a `Host` header, without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
