// A sandbox with a portal: its addresses, what its function is told, and what clients are told.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { portalStackOf } from '../../sandbox/templates/portal-stack.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';
import { portalTemplate } from './fixtures/portal-template.ts';
import { Browser } from './support/browser.ts';
import { type PortalSandbox, startPortalSandbox } from './support/portal-sandbox.ts';
import { project } from './support/start-process.ts';

describe('a sandbox with a portal', () => {
  let portal: PortalSandbox;
  let environment: Readonly<Record<string, string>>;
  const told = async () => {
    const { variables } = await (await fetch(`${environment['ISB_PORTAL_URL']}x?do=describe`)).json();
    return variables as Record<string, string>;
  };

  beforeAll(async () => {
    const loopback = {
      SAML_METADATA_URL: 'http://127.0.0.1:4570/saml/metadata',
      OIDC_ISSUER: 'http://127.0.0.1:4570/oidc',
    };
    portal = await startPortalSandbox(loopback, { prefix: 'aws/' });
    environment = portal.sandbox.environment;
  });
  afterAll(() => portal?.stop());

  test('serves it as localhost, and the other API at 127.0.0.1 as ever', async () => {
    expect(environment['ISB_PORTAL_URL']).toMatch(/^http:\/\/localhost:\d+\/aws\/$/);
    expect(environment['ISB_API_ENDPOINT']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const event = await (await fetch(`${environment['ISB_PORTAL_URL']}cloudadmin?a=1`)).json();

    expect(event).toMatchObject({
      routeKey: 'GET /{proxy+}',
      rawPath: '/aws/cloudadmin',
      pathParameters: { proxy: 'aws/cloudadmin' },
      requestContext: { domainName: 'localhost', http: { method: 'GET', path: '/aws/cloudadmin' } },
    });
    expect(event.requestContext.http.sourceIp).toMatch(/^(::1|127\.0\.0\.1)$/);
    expect((await fetch(`${environment['ISB_API_ENDPOINT']}open`)).status).toBe(200);
    expect((await fetch(`${environment['ISB_API_ENDPOINT']}aws/cloudadmin`)).status).toBe(404);
  });

  test('tells its function where it is, where AWS signs in, and where the identity providers are', async () => {
    const variables = await told();

    expect(variables).toMatchObject({
      PORTAL_URL: environment['ISB_PORTAL_URL'],
      ISB_FEDERATION_ENDPOINT: environment['ISB_FEDERATION_URL'],
      SAML_METADATA_URL: portal.sandbox.portal?.samlMetadataUrl,
      OIDC_ISSUER: portal.sandbox.portal?.oidcIssuer,
    });
    const metadata = await (await fetch(variables['SAML_METADATA_URL'] ?? '')).text();
    expect(metadata).toMatch(/<EntityDescriptor entityID="http:\/\/127\.0\.0\.1:\d+\/saml\/metadata"/);
    expect(metadata).not.toContain('SingleLogoutService');
  });

  test('signs its users in: the identity provider’s answer arrives at the function', async () => {
    const request = '<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_request"/>';
    const query = new URLSearchParams({
      SAMLRequest: deflateRawSync(request).toString('base64'),
      RelayState: 'opaque',
    });
    const browser = new Browser();
    const form = await browser.open(`${portal.sandbox.portal?.identityProviders.url}/saml/sso?${query}`);
    const page = await browser.submit(form, {
      username: environment['ISB_PORTAL_USERS']?.split(',')[0] ?? '',
      password: environment['ISB_PORTAL_PASSWORD'] ?? '',
    });
    const event = JSON.parse((await browser.submit(page)).html);

    expect(event).toMatchObject({
      routeKey: 'POST /{proxy+}',
      rawPath: '/aws/saml/acs',
      isBase64Encoded: true,
    });
    const answer = new URLSearchParams(Buffer.from(event.body, 'base64').toString());
    expect(answer.get('RelayState')).toBe('opaque');
    const response = Buffer.from(answer.get('SAMLResponse') ?? '', 'base64').toString();
    expect(response).toContain('InResponseTo="_request"');
    expect(response).toMatch(/<saml:NameID[^>]*>ada@example\.com<\/saml:NameID>/);
    expect(response).toContain(`Recipient="${environment['ISB_PORTAL_URL']}saml/acs"`);
  });

  test('exports what its users need', () => {
    expect(environment['ISB_PORTAL_USERS']?.split(',')).toContain('ada@example.com');
    expect(environment['ISB_PORTAL_PASSWORD']).toMatch(/^[\w-]{16}$/);
    expect(environment['ISB_FEDERATION_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/federation$/);
  });
});

test('metadata and an issuer that are elsewhere stay as the template has them, and so does a function that is no portal’s', async () => {
  const elsewhere = 'https://login.example.com/metadata';
  const { sandbox, stop } = await startPortalSandbox({
    SAML_METADATA_URL: elsewhere,
    OIDC_ISSUER: elsewhere,
  });
  try {
    const { ISB_PORTAL_URL, ISB_API_ENDPOINT } = sandbox.environment;
    const variables = async (url: string) => (await (await fetch(`${url}?do=describe`)).json()).variables;

    expect(await variables(ISB_PORTAL_URL ?? '')).toMatchObject({
      SAML_METADATA_URL: elsewhere,
      OIDC_ISSUER: elsewhere,
    });
    expect(await variables(`${ISB_API_ENDPOINT}open`)).not.toHaveProperty('ISB_FEDERATION_ENDPOINT');
  } finally {
    await stop();
  }
});

test('the ports count from the AWS endpoint’s', async () => {
  const { base, started } = await startAtPorts();
  try {
    const { environment, jwks, portal } = started.sandbox;
    const urls = [
      environment['AWS_ENDPOINT_URL'],
      environment['ISB_API_ENDPOINT'],
      jwks.url,
      environment['ISB_PORTAL_URL'],
      portal?.identityProviders.url,
      environment['ISB_FEDERATION_URL'],
    ];
    expect(urls.map((url) => Number(new URL(url ?? '').port) - base)).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(startPortalSandbox({}, { port: base - 3 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    await started.stop();
  }
});

/** At the first six ports in a row that nobody has, below those that the system gives out. */
async function startAtPorts(): Promise<{ base: number; started: PortalSandbox }> {
  for (let base = 20_000 + (process.pid % 1_000) * 10; ; base += 10) {
    try {
      return { base, started: await startPortalSandbox({}, { port: base }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

test('a sandbox without a portal loads and exports nothing of it', async () => {
  const sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    environment: 'gamma',
  });
  try {
    expect(sandbox.portal).toBeUndefined();
    expect(Object.keys(sandbox.environment).filter((name) => /PORTAL|FEDERATION/.test(name))).toEqual([]);
  } finally {
    await sandbox.stop();
  }
});

test('the sandbox loads what a portal needs with the portal alone', async () => {
  const script = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(process.cwd() + '/x.js');
    const loaded = () => ['express', 'samlp'].filter((name) =>
      Object.keys(cache).some((path) => path.includes('/node_modules/' + name + '/')));
    await import('./sandbox/sandbox.ts');
    const before = loaded();
    await import('./sandbox/portal.ts');
    console.log(JSON.stringify({ before, after: loaded() }));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project });

  expect(JSON.parse(stdout)).toEqual({ before: [], after: ['express', 'samlp'] });
});

describe('a portal’s stack', () => {
  const stack = (stackName: string, template = portalTemplate()) => ({ stackName, template });

  test('is told by its function’s variable, and there is one at most', () => {
    const broker = stack('Broker', gatewayTemplate());

    expect(portalStackOf([broker, stack('Portal')], 'PORTAL_URL')).toBe('Portal');
    expect(portalStackOf([broker], 'PORTAL_URL')).toBeUndefined();
    expect(() => portalStackOf([stack('One'), stack('Two')], 'PORTAL_URL')).toThrow(
      'the sandbox has one portal only, and not One and Two',
    );
  });
});
