// The service under its DNS name, in prose.
import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { serviceDomainName } from '../../lib/settings/service-domain-name.ts';
import { settingsOf, synthesizeService } from './synthesis.ts';

const region = 'eu-west-1';
const names = { product: 'shop', topLevelDomain: 'example.com' };
const zone = { hostedZoneId: 'Z0EXAMPLE', hostedZoneName: 'example.com' };
const name = 'iam-session-broker.eu-west-1.production.shop.example.com';

const template = synthesizeService({ region, domain: { ...names, ...zone } }, 'production');
const idOf = (type: string): string => {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0] as string;
};

describe('the service’s DNS name', () => {
  it('is built by a function that applications can import', () => {
    expect(serviceDomainName({ region, environment: 'production', ...names })).toBe(name);
  });

  it('has a certificate that the hosted zone validates', () => {
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: name,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: name, HostedZoneId: 'Z0EXAMPLE' }],
    });
  });

  it('is a regional custom domain with that certificate, for IPv4 and IPv6, TLS 1.2 at least', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: name,
      DomainNameConfigurations: [
        {
          CertificateArn: { Ref: idOf('AWS::CertificateManager::Certificate') },
          EndpointType: 'REGIONAL',
          IpAddressType: 'dualstack',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
  });

  it('leads to the root of the API’s only stage', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiId: { Ref: idOf('AWS::ApiGatewayV2::Api') },
      DomainName: { Ref: idOf('AWS::ApiGatewayV2::DomainName') },
      Stage: '$default',
      ApiMappingKey: Match.absent(),
    });
    template.hasResource('AWS::ApiGatewayV2::ApiMapping', {
      DependsOn: Match.arrayWith([idOf('AWS::ApiGatewayV2::Stage')]),
    });
  });

  it.each(['A', 'AAAA'])('has an alias record %s in the hosted zone', (type) => {
    const domainName = idOf('AWS::ApiGatewayV2::DomainName');
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type: type,
      Name: `${name}.`,
      HostedZoneId: 'Z0EXAMPLE',
      AliasTarget: {
        DNSName: { 'Fn::GetAtt': [domainName, 'RegionalDomainName'] },
        HostedZoneId: { 'Fn::GetAtt': [domainName, 'RegionalHostedZoneId'] },
      },
    });
  });

  it('is the only way in, and what the stack puts out', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasOutput('APIEndpoint', { Value: `https://${name}/` });
  });

  it('is not there unless a domain is set: the API keeps its default endpoint', () => {
    const plain = synthesizeService({}, 'production');
    plain.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: Match.absent() });
    plain.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
    plain.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    plain.resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

describe('the hosted zone', () => {
  const lookedUp = (domain: Record<string, unknown>) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const [settings] = settingsOf({ production: { account: '111122223333', region, domain } });
    new ServiceStack(app, 'IAMSessionBroker-Service', settings as NonNullable<typeof settings>);
    return (app.synth().manifest.missing ?? []).map(({ provider, props }) => ({ provider, props }));
  };

  it('is not looked up when its id is given, with its name or without', () => {
    expect(lookedUp({ ...names, ...zone })).toEqual([]);
    expect(lookedUp({ ...names, hostedZoneId: 'Z0EXAMPLE' })).toEqual([]);
  });

  it('is looked up in the account by its name alone', () => {
    expect(lookedUp({ ...names, hostedZoneName: 'example.com' })).toEqual([
      {
        provider: 'hosted-zone',
        props: expect.objectContaining({ account: '111122223333', domainName: 'example.com' }),
      },
    ]);
  });
});
