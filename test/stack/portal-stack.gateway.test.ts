// The portal's gateway and address, in prose.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { joined } from './monitored-metrics.ts';
import { functionId, only, type Resources, template, variables } from './portal-template.ts';
import { synthesizePortal } from './synthesis.ts';

describe('the gateway', () => {
  const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route') as Resources);

  it('leads the root and everything below it to the function, and authorizes nobody by itself', () => {
    expect(routes.map(({ Properties }) => Properties['RouteKey']).sort()).toEqual([
      'GET /',
      'GET /{proxy+}',
      'POST /{proxy+}',
    ]);
    expect(new Set(routes.map(({ Properties }) => Properties['AuthorizationType']))).toEqual(
      new Set(['NONE']),
    );
    template.allResourcesProperties('AWS::Lambda::Permission', {
      FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: Match.anyValue(),
    });
  });

  it('has a throttle for each route, and waits for the routes with them', () => {
    const [, stage] = only('AWS::ApiGatewayV2::Stage');
    const { RouteSettings } = stage.Properties as { RouteSettings: Record<string, object> };
    expect(Object.keys(RouteSettings).sort()).toEqual(
      routes.map(({ Properties }) => Properties['RouteKey']).sort(),
    );
    const routeIds = Object.keys(template.findResources('AWS::ApiGatewayV2::Route')).sort();
    expect([...(stage as unknown as { DependsOn: string[] }).DependsOn].sort()).toEqual(routeIds);
  });

  it('logs neither query strings nor cookies, where codes, assertions and sessions stand', () => {
    const [, { Properties }] = only('AWS::ApiGatewayV2::Stage');
    const { Format } = Properties['AccessLogSettings'] as { Format: string };
    expect(Format).toContain('$context.path');
    expect(Format).not.toMatch(/query|cookie|header|\$context\.requestOverride|\$request|protocol/i);
  });
});

describe('the address', () => {
  const [apiId] = only('AWS::ApiGatewayV2::Api');
  const outputs = (of = template) => of.toJSON()['Outputs'] as Record<string, { Value: unknown }>;
  const shown = (name: string, of = template) => joined(outputs(of)[name]?.Value);
  const domain = {
    region: 'eu-west-1',
    domain: { product: 'shop', topLevelDomain: 'example.com', hostedZoneId: 'Z0123456789EXAMPLE' },
  };

  it('is the API’s own, ends in a slash, and without that slash is the issuer', () => {
    expect(shown('PortalURL')).toBe(`${apiId}.ApiEndpoint/`);
    expect(shown('PortalIssuer')).toBe(`${apiId}.ApiEndpoint`);
    expect(shown('PortalMetadataURL')).toBe(`${apiId}.ApiEndpoint/saml/metadata`);
    expect(joined(variables()['PORTAL_URL'])).toBe(shown('PortalURL'));
  });

  it('has the prefix of the settings', () => {
    const prefixed = synthesizePortal({ urlPrefix: '/aws' });
    expect(shown('PortalURL', prefixed)).toMatch(/\.ApiEndpoint\/aws\/$/);
    expect(shown('PortalIssuer', prefixed)).toMatch(/\.ApiEndpoint\/aws$/);
  });

  it('is a name of its own where the environment has a domain, and the API’s is switched off', () => {
    const named = synthesizePortal({ urlPrefix: '/aws' }, domain, 'production');
    const name = 'console.eu-west-1.production.shop.example.com';
    expect(shown('PortalURL', named)).toBe(`https://${name}/aws/`);
    expect(shown('PortalIssuer', named)).toBe(`https://${name}/aws`);
    expect(variables(named)['PORTAL_URL']).toBe(`https://${name}/aws/`);
    named.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: name });
    named.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  });
});
