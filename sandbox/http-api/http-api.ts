// An HTTP API as its template defines it: integrations, routes, the default stage.
import type { AccessLogFormat } from './access-log.ts';
import { type Integration, RouteTable } from './route-table.ts';
import { StageThrottle, type Throttles } from './stage-throttle.ts';

export interface Stage {
  readonly throttles: Throttles;
  readonly accessLog?: { readonly logGroup: string; readonly format: AccessLogFormat };
}

export interface DeployedStage extends Stage {
  readonly throttle: StageThrottle;
}

export interface HttpApiIdentity {
  readonly apiId: string;
  /** Where it is reached: `http://127.0.0.1:PORT`, no slash at the end. */
  readonly endpointUrl: string;
  /** Whether it answers under the names of its custom domains only. */
  readonly isDefaultEndpointDisabled: boolean;
}

export class HttpApi {
  readonly apiId: string;
  readonly endpointUrl: string;
  readonly isDefaultEndpointDisabled: boolean;
  /** By their ids. */
  readonly integrations = new Map<string, Integration>();
  readonly routes = new RouteTable();
  #stage: DeployedStage | undefined;

  constructor({ apiId, endpointUrl, isDefaultEndpointDisabled }: HttpApiIdentity) {
    this.apiId = apiId;
    this.endpointUrl = endpointUrl;
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
