// AWS::ApiGatewayV2::DomainName: a name of one's own for an HTTP API.
import { z } from 'zod';
import { ignored, type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  DomainName: z.string(),
  DomainNameConfigurations: z.tuple(
    [
      z.strictObject({
        CertificateArn: z.string(),
        EndpointType: z.literal('REGIONAL', 'an HTTP API has regional domain names only').optional(),
        CertificateName: ignored('says nothing to a client'),
        IpAddressType: ignored('the endpoint listens on 127.0.0.1'),
        SecurityPolicy: ignored('the HTTP API is served without TLS'),
      }),
    ],
    'a custom domain name has one configuration',
  ),
  RoutingMode: z.literal('API_MAPPING_ONLY', 'the sandbox has no routing rules').optional(),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const domainName = resourceType(properties, (given, context) => {
  const { account, httpApis, shortId } = context;
  const name = given.DomainName.toLowerCase();
  const [{ CertificateArn }] = given.DomainNameConfigurations;
  requireCertificate(CertificateArn, name, context);
  if (httpApis.domainNames.has(name)) throw new Error(`the domain name ${name} exists already`);
  const regionalDomainName = `d-${shortId()}.execute-api.${account.region}.amazonaws.com`;
  const regionalHostedZoneId = `Z${shortId().toUpperCase()}`;
  httpApis.domainNames.set(name, { name, regionalDomainName, regionalHostedZoneId });
  return {
    ref: given.DomainName,
    attributes: {
      DomainName: given.DomainName,
      DomainNameArn: `arn:aws:apigateway:${account.region}::/domainnames/${given.DomainName}`,
      RegionalDomainName: regionalDomainName,
      RegionalHostedZoneId: regionalHostedZoneId,
    },
  };
});

function requireCertificate(arn: string, name: string, { account }: ResourceContext): void {
  const covered = account.certificates.get(arn);
  if (!covered) throw new Error(`the sandbox has no certificate ${arn}`);
  const wildcard = name.replace(/^[^.]+/, '*');
  if (covered.includes(name) || covered.includes(wildcard)) return;
  throw new Error(`the certificate is for ${covered.join(', ')}, not for ${name}`);
}
