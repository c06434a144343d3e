// Custom domain names: what answers under them, what no longer answers beside them, and what is refused.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientEnvironment } from '../../sandbox/client-environment.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { addCustomDomain, customName } from './fixtures/custom-domain.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';
import { call, type Reply } from './fixtures/signed-request.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

type Change = readonly [logicalId: string, properties: Record<string, unknown>];

function template(...changes: Change[]): Template {
  const amended = gatewayTemplate();
  addCustomDomain(amended);
  for (const [logicalId, properties] of changes) {
    Object.assign(amended.Resources[logicalId]?.Properties ?? {}, properties);
  }
  return amended;
}

function without(...logicalIds: string[]): Template {
  const amended = template();
  for (const logicalId of logicalIds) delete amended.Resources[logicalId];
  return amended;
}

function caller() {
  const { accountId, region } = local.account;
  const Resource = `arn:aws:execute-api:${region}:${accountId}:*/$default/GET/closed`;
  return local.allowed({ Action: 'execute-api:Invoke', Resource });
}

function get(host: string): Promise<Reply> {
  return call(local.httpApi.url, { path: '/closed', headers: { host }, as: caller() });
}

function environment(): Record<string, string> {
  const urls = { awsEndpointUrl: 'http://127.0.0.1:9', caCertificatePath: '/ca.pem' };
  return clientEnvironment(local.account, local.httpApi.apis, urls);
}

const notFound = { statusCode: 404, json: { message: 'Not Found' } };

describe('an API with a custom domain name', () => {
  test.each([customName, `${customName}:4567`, customName.toUpperCase()])(
    'answers a request that is signed for %s',
    async (host) => {
      await local.deploy(template());

      const reply = await get(host);

      expect(reply.statusCode).toBe(200);
      expect(reply.json.requestContext.domainName.toLowerCase()).toBe(customName);
      expect(reply.json.requestContext.apiId).toBe(local.httpApi.apis.served?.apiId);
    },
  );

  test.each(['127.0.0.1', 'abcdefghij.execute-api.eu-west-1.amazonaws.com', 'production.acme.example.com'])(
    'knows no route under %s once its default endpoint is disabled, and the trail says why',
    async (host) => {
      await local.deploy(template());

      expect(await get(host)).toMatchObject(notFound);
      expect(local.account.trail.events.at(-1)?.errorMessage).toBe(
        `the default endpoint is disabled: ${host} is no custom domain name of the API`,
      );
    },
  );

  test('answers under any other name too while its default endpoint is left on', async () => {
    await local.deploy(template(['Api', { DisableExecuteApiEndpoint: false }]));

    expect((await get(customName)).statusCode).toBe(200);
    expect((await get('127.0.0.1')).statusCode).toBe(200);
  });

  test('does not answer under a name that is mapped to nothing', async () => {
    await local.deploy(without('Mapping'));

    expect(await get(customName)).toMatchObject(notFound);
  });

  test('refuses a request that is signed for another name than it was sent to', async () => {
    await local.deploy(template());

    const reply = await call(local.httpApi.url, {
      path: '/closed',
      as: caller(),
      unsignedHeaders: { host: customName },
    });

    expect(reply).toMatchObject({ statusCode: 403, json: { message: 'Forbidden' } });
  });

  test('is exported by its name, with the address that its record stands for', async () => {
    await local.deploy(template());

    const { port } = new URL(local.httpApi.url);
    expect(environment()).toMatchObject({
      ISB_API_ENDPOINT: `http://${customName}:${port}/`,
      ISB_RESOLVE: `${customName}:${port}:127.0.0.1`,
    });
  });

  test('is exported without an address where it has no A record', async () => {
    await local.deploy(without('AliasRecord'));

    expect(environment()['ISB_API_ENDPOINT']).toContain(customName);
    expect(environment()).not.toHaveProperty('ISB_RESOLVE');
  });

  test('needs no address where there is no custom domain name', async () => {
    await local.deploy(gatewayTemplate());

    expect(environment()['ISB_API_ENDPOINT']).toBe(`${local.httpApi.url}/`);
    expect(environment()).not.toHaveProperty('ISB_RESOLVE');
  });
});

describe('the deployment of a custom domain name fails', () => {
  const dualstack = { EndpointType: 'REGIONAL' };
  const target = { 'Fn::GetAtt': ['DomainName', 'RegionalDomainName'] };
  const cases: { what: string; template: Template; message: string | RegExp }[] = [
    {
      what: 'with a certificate for another name',
      template: template(['Certificate', { DomainName: 'broker.example.com' }]),
      message: `the certificate is for broker.example.com, not for ${customName}`,
    },
    {
      what: 'with a certificate whose name is too long',
      template: template(['Certificate', { DomainName: `${'x'.repeat(53)}.example.com` }]),
      message: 'has at most 64 characters',
    },
    {
      what: 'with a wildcard certificate that is a label short',
      template: template(['Certificate', { DomainName: '*.acme.example.com' }]),
      message: 'the certificate is for *.acme.example.com',
    },
    {
      what: 'with a certificate that does not exist',
      template: template([
        'DomainName',
        {
          DomainNameConfigurations: [
            { ...dualstack, CertificateArn: 'arn:aws:acm:eu-west-1:1:certificate/x' },
          ],
        },
      ]),
      message: 'the sandbox has no certificate arn:aws:acm:eu-west-1:1:certificate/x',
    },
    {
      what: 'with an edge-optimized domain name',
      template: template([
        'DomainName',
        { DomainNameConfigurations: [{ CertificateArn: { Ref: 'Certificate' }, EndpointType: 'EDGE' }] },
      ]),
      message: 'an HTTP API has regional domain names only',
    },
    {
      what: 'with a mapping below the root',
      template: template(['Mapping', { ApiMappingKey: 'v1' }]),
      message: 'the sandbox maps the root of a domain only',
    },
    {
      what: 'with a mapping to a stage that does not exist',
      template: template(['Mapping', { Stage: 'live' }]),
      message: 'Invalid stage identifier specified live',
    },
    {
      what: 'with a record of another name',
      template: template(['AliasRecord', { Name: 'broker.example.com' }]),
      message: new RegExp(`belongs to ${customName}, not to broker.example.com`),
    },
    {
      what: 'with a record outside its zone',
      template: template([
        'AliasRecord',
        { HostedZoneId: { Ref: 'AWS::NoValue' }, HostedZoneName: 'example.org.' },
      ]),
      message: `RRSet with DNS name ${customName}. is not permitted in zone example.org.`,
    },
    {
      what: 'with an alias of something else',
      template: template([
        'AliasRecord',
        { AliasTarget: { DNSName: 'd1.cloudfront.net', HostedZoneId: 'Z2' } },
      ]),
      message: 'the sandbox has aliases of custom domain names only, not of d1.cloudfront.net',
    },
    {
      what: 'with an alias in the zone of the record instead of the target’s',
      template: template([
        'AliasRecord',
        { AliasTarget: { DNSName: target, HostedZoneId: 'Z0123456789ABCDEFGHIJ' } },
      ]),
      message: /is in the hosted zone Z\w+, not Z0123456789ABCDEFGHIJ/,
    },
    {
      what: 'with two records of one type',
      template: template(['AliasRecordIpv6', { Type: 'A' }]),
      message: `[name='${customName}.', type='A'] but it already exists`,
    },
    {
      what: 'with a record that is no alias',
      template: template(['AliasRecord', { Type: 'CNAME' }]),
      message: 'the sandbox has alias records only, A and AAAA',
    },
  ];
  test.each(cases)('$what', async ({ template: wrong, message }) => {
    await expect(local.deploy(wrong)).rejects.toThrow(message);
  });

  test('and not with a wildcard certificate that covers it', async () => {
    const wildcard = { DomainName: '*.eu-west-1.production.acme.example.com' };

    await expect(local.deploy(template(['Certificate', wildcard]))).resolves.toBeDefined();
  });
});
