// HTTP APIs as their templates define them: integrations, routes and the default stage.
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { AccessLogFormat } from './access-log.ts';
import { type Throttle, TokenBucket } from './token-bucket.ts';

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
  /** Over all routes and callers together. */
  readonly throttle: Throttle;
  readonly accessLog?: { readonly logGroup: string; readonly format: AccessLogFormat };
}

export interface DeployedStage extends Stage {
  readonly bucket: TokenBucket;
}

export class HttpApi {
  readonly apiId: string;
  /** By their ids. */
  readonly integrations = new Map<string, Integration>();
  /** By their route keys. */
  readonly routes = new Map<string, Route>();
  #stage: DeployedStage | undefined;

  constructor(apiId: string) {
    this.apiId = apiId;
  }

  /** The stage `$default`; without one the API answers nothing but 404. */
  get stage(): DeployedStage | undefined {
    return this.#stage;
  }

  deployStage(stage: Stage): void {
    if (this.#stage) throw new Error('Stage already exists');
    this.#stage = { ...stage, bucket: new TokenBucket(stage.throttle) };
  }
}

/** The sandbox's HTTP APIs: one, because one endpoint tells no more apart. */
export class HttpApis {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly endpointUrl: string;
  #api: HttpApi | undefined;

  constructor(endpointUrl: string) {
    this.endpointUrl = endpointUrl;
  }

  /** The API that the endpoint serves, once its template is deployed. */
  get served(): HttpApi | undefined {
    return this.#api;
  }

  create(apiId: string): HttpApi {
    if (this.#api) throw new Error('the sandbox serves one HTTP API only');
    this.#api = new HttpApi(apiId);
    return this.#api;
  }

  find(apiId: string): HttpApi {
    if (this.#api?.apiId !== apiId) throw new Error(`Invalid API identifier specified ${apiId}`);
    return this.#api;
  }
}
