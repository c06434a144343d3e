// The Gateway: the HTTP API that browsers, programs and AWS come to; who may do what, the function decides.
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ServiceGateway } from '../service-gateway.ts';
import type { PortalSettings, Settings } from '../settings/settings.ts';

export interface GatewayProps {
  readonly settings: Settings;
  readonly portal: PortalSettings;
}

/**
 * With a throttle each, of requests a second and at once: people open consoles far less often, and a flood costs so much and no
 * more. The greedy paths are those of every target; the root has a route of its own, which they do not cover.
 */
const routes = [
  { path: '/', methods: [HttpMethod.GET], throttle: { rateLimit: 100, burstLimit: 200 } },
  { path: '/{proxy+}', methods: [HttpMethod.GET], throttle: { rateLimit: 100, burstLimit: 200 } },
  { path: '/{proxy+}', methods: [HttpMethod.POST], throttle: { rateLimit: 50, burstLimit: 100 } },
];

export class Gateway extends ServiceGateway {
  constructor(scope: Construct, id: string, { settings, portal }: GatewayProps) {
    super(scope, id, {
      api: {
        apiName: 'IAMSessionBrokerPortal',
        description: 'The AWS console, for people who sign in',
        // Cookies, and what target accounts trust, are of one name alone.
        ...(portal.domain && { disableExecuteApiEndpoint: true }),
      },
      settings,
      throttledMetricName: 'PortalGatewayThrottled',
    });
  }

  /** Every route leads there. Apart from the rest, because the function knows the gateway's address. */
  leadTo(portalFunction: IFunction): void {
    this.lead(portalFunction, 'Portal', routes);
  }
}
