// The portal's function as it is deployed: its bundle, the files beside it, and a sign-in through the gateway's events.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PortalStack } from '../../lib/portal/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import type { PortalSettings } from '../../lib/settings/settings.ts';
import { readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { type CapturedOutput, captureOutput } from '../support/captured-output.ts';
import { portalWith, targetWith } from '../support/portal-settings.ts';
import { PortalTables } from '../support/portal-tables.ts';
import { IDENTITY_PROVIDER, identityProviderMetadata } from '../support/saml/metadata.ts';
import { formWith, requestIn } from '../support/saml/portal.ts';
import { CONSUMER, ENTITY_ID, GROUPS_ATTRIBUTE, PORTAL, responseXml } from '../support/saml/response.ts';
import { signed } from '../support/saml/signing.ts';
import { createSigningCertificate, type SigningCertificate } from '../support/saml/signing-certificate.ts';

interface Result {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
}
type Handler = (event: unknown) => Promise<Result>;

const DAY = 86_400_000;
let directory: string;
let asset: string;
let certificate: SigningCertificate;
let tables: PortalTables;
let handler: Handler;
let output: CapturedOutput;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'portal-function-'));
  const [notBefore, notAfter] = [new Date(Date.now() - DAY), new Date(Date.now() + DAY)];
  certificate = await createSigningCertificate({ notBefore, notAfter });
  const metadata = join(directory, 'metadata.xml');
  writeFileSync(metadata, identityProviderMetadata({ certificates: [certificate] }));
  asset = synthesized({
    identityProvider: { saml: { metadata } },
    targets: [targetWith(), targetWith({ service: 'other', groups: ['others'] })],
  });
  tables = await PortalTables.start();
  const environment = {
    PORTAL_URL: PORTAL,
    PORTAL_SESSIONS_TABLE_NAME: 'Sessions',
    PORTAL_USERS_TABLE_NAME: 'Users',
    PORTAL_SIGN_INS_TABLE_NAME: 'SignIns',
    PORTAL_SIGNING_KEY_ARN: 'arn:aws:kms:eu-west-1:111122223333:key/a',
    POWERTOOLS_METRICS_NAMESPACE: 'IAMSessionBroker',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    // Nobody listens there: signing fails, and that is told as a failure.
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  output = captureOutput();
  const url = pathToFileURL(join(asset, 'index.mjs')).href;
  handler = ((await import(/* @vite-ignore */ url)) as { handler: Handler }).handler;
});
afterAll(async () => {
  output.restore();
  vi.unstubAllEnvs();
  await tables.stop();
  rmSync(directory, { recursive: true });
});

/** @returns the directory of the function's asset */
function synthesized(portal: Record<string, unknown>): string {
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, context: { environments: { sandbox: { portal: portalWith(portal) } } } });
  const [settings] = readSettings(app.node);
  if (!settings) throw new Error('no settings');
  new PortalStack(app, 'Portal', settings, settings.portal as PortalSettings);
  app.synth();
  const assembly = readCloudAssembly(outdir);
  const [stack] = assembly.stacks;
  const resources = Object.values(stack?.template.Resources ?? {});
  const { Properties } = resources.find(({ Type }) => Type === 'AWS::Lambda::Function') ?? {};
  const { S3Key } = (Properties as { Code: { S3Key: string } }).Code;
  return assembly.assets.get(S3Key.replace('.zip', '')) as string;
}

interface Asking {
  readonly query?: string;
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: URLSearchParams;
}
const ask = (method: string, rawPath: string, { query = '', cookies, headers, form }: Asking = {}) =>
  handler({
    version: '2.0',
    rawPath,
    rawQueryString: query,
    headers: { host: 'evil.example.com', 'sec-fetch-site': 'none', ...headers },
    ...(cookies && { cookies }),
    ...(form && { body: Buffer.from(form.toString()).toString('base64') }),
    isBase64Encoded: form !== undefined,
    requestContext: { http: { method, path: rawPath }, requestId: 'request-of-the-gateway' },
  });
const cookieOf = ({ cookies = [] }: Result, name: string) =>
  cookies.find((cookie) => cookie.startsWith(`${name}=`))?.split(';')[0] ?? '';

/** To the identity provider and back: the session's cookie, and the page. */
async function signIn(path: string, groups: readonly string[]) {
  const begun = await ask('GET', path);
  const xml = responseXml({
    responseId: '_response',
    assertionId: `_${crypto.randomUUID()}`,
    inResponseTo: /\bID="([^"]+)"/.exec(requestIn(begun.headers['location'] ?? ''))?.[1] ?? '',
    now: Date.now(),
    issuer: IDENTITY_PROVIDER,
    destination: CONSUMER,
    recipient: CONSUMER,
    audience: ENTITY_ID,
    nameId: 'ada@example.com',
    attributes: [[GROUPS_ATTRIBUTE, groups]],
  });
  const bring = (binding: string) =>
    ask('POST', '/saml/acs', {
      cookies: [binding],
      headers: { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' },
      form: formWith(signed(xml, 'Assertion', certificate)),
    });
  const binding = cookieOf(begun, '__Host-isb-sign-in');
  const finished = await bring(binding);
  return { begun, finished, bring, binding, session: cookieOf(finished, '__Host-isb-session') };
}

describe('the asset', () => {
  it('has the bundle, the targets and the metadata, and nothing else', () => {
    const files = readdirSync(asset).filter((file) => !/\.mjs(\.map)?$/.test(file));
    expect(files.sort()).toEqual(['identity-provider-metadata.xml', 'targets.json']);
    expect(JSON.parse(readFileSync(join(asset, 'targets.json'), 'utf8'))).toMatchObject([
      { service: 'admin', groups: ['cloudadmin'], everyone: false, mode: 'web-identity', duration: 3_600 },
      { service: 'other' },
    ]);
  });
});

describe('the handler', () => {
  it('publishes the issuer, by the portal’s own address and not by the host that a client names', async () => {
    const { statusCode, body } = await ask('GET', '/.well-known/openid-configuration');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      issuer: 'https://portal.example.com',
      jwks_uri: 'https://portal.example.com/jwks.json',
    });
  });

  it('publishes its SAML metadata', async () => {
    const { statusCode, headers, body } = await ask('GET', '/saml/metadata');
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/samlmetadata+xml']);
    expect(body).toContain(`entityID="${ENTITY_ID}"`);
  });

  it('signs in by SAML: a form in base64, bound to the browser that began it, and shows what the user may open', async () => {
    const { begun, finished, session } = await signIn('/', ['cloudadmin']);
    expect(begun.statusCode).toBe(303);
    expect(begun.headers['location']).toMatch(/^https:\/\/idp\.example\.com\/saml\/sso\?SAMLRequest=/);
    expect(begun.headers).not.toHaveProperty('set-cookie');
    expect(finished.statusCode).toBe(200);
    const { statusCode, body } = await ask('GET', '/', { cookies: ['a=b', session] });
    expect(statusCode).toBe(200);
    expect(body).toContain('ada@example.com');
    expect(body).toContain('/admin');
    expect(body).not.toContain('/other');
  });

  it('takes an answer once', async () => {
    const { bring, binding } = await signIn('/', ['cloudadmin']);
    const { statusCode, body } = await bring(binding);
    expect(statusCode).toBe(403);
    expect(body).toContain('This sign-in was not begun here, or not in the last five minutes');
  });

  it('tells a refused sign-in by its own code, with the request’s id of the gateway', async () => {
    const { statusCode, body } = await ask('POST', '/saml/acs', {
      headers: { accept: 'application/json' },
      form: new URLSearchParams({ SAMLResponse: 'bm9uZQ==' }),
    });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      code: 'ResponseMalformed',
      requestId: 'request-of-the-gateway',
    });
  });

  it('refuses a target of other groups, and names the groups that would do', async () => {
    const { session } = await signIn('/other', ['cloudadmin']);
    const { statusCode, body } = await ask('GET', '/other', { cookies: [session] });
    expect(statusCode).toBe(403);
    expect(body).toContain('It takes one of others');
  });

  it('fails closed, and says so, where the key does not sign', async () => {
    const { session } = await signIn('/admin', ['cloudadmin']);
    const answer = await ask('GET', '/admin', {
      cookies: [session],
      headers: { accept: 'application/json' },
    });
    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'SigningKeyUnavailable' });
  });

  it('goes by the path that it is given, whatever stands in it', async () => {
    for (const path of ['//evil.example.com/x', '/a?b#c/d', '/\\evil.example.com', '/%']) {
      const { statusCode, headers } = await ask('GET', path, { headers: { accept: 'application/json' } });
      expect([303, 400, 404]).toContain(statusCode);
      if (statusCode === 303) expect(headers['location']).toMatch(/^https:\/\/idp\.example\.com\//);
    }
  });

  it.each([
    ['a header in another alphabet', { headers: { accept: 'application/json', 'user-agent': '☃' } }],
    ['a header of several lines', { headers: { accept: 'application/json', 'x-note': 'a\nb' } }],
    ['a header whose name is none', { headers: { accept: 'application/json', 'a b': 'c' } }],
  ])('answers, and records it, whatever comes along: %s', async (_, given) => {
    const { statusCode, body } = await ask('GET', '/robots.txt', given);
    expect(statusCode).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ code: 'PageNotFound' });
  });

  it('knows who has signed in beside a cookie of another alphabet, which a neighbouring site may set', async () => {
    const { session } = await signIn('/', ['cloudadmin']);
    const { statusCode, body } = await ask('GET', '/', { cookies: ['theme=☃', session, 'a=\u0000'] });
    expect(statusCode).toBe(200);
    expect(body).toContain('ada@example.com');
  });

  it('writes no cookie and no assertion into its log', () => {
    expect(output.logs().length).toBeGreaterThan(10);
    expect(output.text()).not.toMatch(/isb-session|isb-sign-in|SAMLResponse|<saml/);
  });
});
