// An API's endpoint under its DNS name: certificate, custom domain, mapping, and the records that lead there.
import {
  ApiMapping,
  DomainName,
  EndpointType,
  type IHttpApi,
  type IHttpStage,
  IpAddressType,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

export interface ServiceEndpointProps {
  readonly gateway: { readonly api: IHttpApi; readonly stage: IHttpStage };
  readonly domain: EndpointDomain;
}

export interface EndpointDomain {
  /** The endpoint's whole DNS name. */
  readonly name: string;
  /** At least one of the two is there. */
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
}

export class ServiceEndpoint extends Construct {
  /** Root of the API, with a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { gateway, domain }: ServiceEndpointProps) {
    super(scope, id);
    const zone = hostedZoneOf(this, domain);

    const certificate = new Certificate(this, 'Certificate', {
      domainName: domain.name,
      validation: CertificateValidation.fromDns(zone),
    });
    const domainName = new DomainName(this, 'DomainName', {
      domainName: domain.name,
      certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      // Without it the name has no IPv6 address, and the AAAA record leads nowhere.
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    new ApiMapping(this, 'Mapping', { api: gateway.api, stage: gateway.stage, domainName });

    const target = RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(domainName.regionalDomainName, domainName.regionalHostedZoneId),
    );
    // With a dot at its end the name is whole, and a hosted zone that is known by its id alone need not tell its own.
    const recordName = `${domain.name}.`;
    new ARecord(this, 'Ipv4', { zone, recordName, target });
    new AaaaRecord(this, 'Ipv6', { zone, recordName, target });

    this.url = `https://${domain.name}/`;
  }
}

/** Only a zone of which nothing but the name is known is looked up, in the account of the stack. */
function hostedZoneOf(scope: Construct, { hostedZoneId, hostedZoneName }: EndpointDomain): IHostedZone {
  if (hostedZoneId) return HostedZone.fromHostedZoneId(scope, 'HostedZone', hostedZoneId);
  return HostedZone.fromLookup(scope, 'HostedZone', { domainName: hostedZoneName as string });
}
