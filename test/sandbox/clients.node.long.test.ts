// The programs of docs/clients.md in Node.js, as processes, against the deployed broker: by its endpoint and by its domain name.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BrokerFront, openBrokerFront } from './support/broker-front.ts';
import { startBroker } from './support/broker-sandbox.ts';
import { type DrivenAnswer, DrivenProcess } from './support/driven-process.ts';
import {
  contentOf,
  createReader,
  createTenantObjects,
  environmentOf,
  objectOf,
  requestsOf,
} from './support/tenant-objects.ts';

const node = (...args: string[]) => ({ file: process.execPath, args: ['--import', 'tsx', ...args] });
const driver = resolve('test/sandbox/clients/drive.ts');

function expectNoSecrets(said: string, secrets: readonly string[]): void {
  for (const secret of secrets) expect(said).not.toContain(secret);
}

describe('the programs', () => {
  it('of many tenants reads each one’s objects, for one request', async () => {
    const broker = await startBroker();
    onTestFinished(() => broker.sandbox.stop());
    await createTenantObjects(broker);
    const app = await createReader(broker, 'ManyTenants');
    const front = await openBrokerFront(broker.outputs.endpoint);
    const child = new DrivenProcess(node(driver), environmentOf(app, broker, `${front.url}//`));
    const [yellow, blue] = [await broker.tokenOf('Yellow'), await broker.tokenOf('Blue')];
    for (let n = 0; n < 2; n += 1) {
      expect(await child.ask({ token: yellow, ...objectOf('Yellow') })).toEqual({
        text: contentOf('Yellow'),
      });
      expect((await child.ask({ token: yellow, ...objectOf('Blue') })).error).toContain(
        'not authorized to perform: s3:GetObject',
      );
    }
    expect(requestsOf(broker, app)).toBe(1);
    expect(await child.ask({ token: blue, ...objectOf('Blue') })).toEqual({ text: contentOf('Blue') });
    expect(await child.ask({ token: 'no.to.ken', ...objectOf('Blue') })).toMatchObject({
      code: 'TokenMalformed',
      status: 403,
    });
    expectNoSecrets(await child.end(), [
      yellow,
      blue,
      'no.to.ken',
      app.own.secretAccessKey,
      ...front.secrets,
    ]);
  });

  it('of registration registers, and tells the warnings', async () => {
    const broker = await startBroker();
    onTestFinished(() => broker.sandbox.stop());
    // AppAccess is the access role that the program names.
    const app = broker.createApplication('App');
    const variables = {
      ...environmentOf(app, broker, broker.outputs.endpoint),
      ISB_JWKS_URL: broker.outputs.jwksUrl,
    };
    const said = await new DrivenProcess(node(resolve('examples/node/register.ts')), variables).end();
    expect(said).toMatch(/^ExternalIdNotRequired /m);
    expect(await app.call('GET', 'applications')).toMatchObject({
      status: 200,
      body: { AccessRoleName: 'AppAccess', Issuer: 'https://login.example.com' },
    });
  });

  it('of one tenant finds the broker by its domain name', async () => {
    const broker = await startBroker({ environment: 'production' });
    onTestFinished(() => broker.sandbox.stop());
    await createTenantObjects(broker);
    const [name = '', port] = (broker.sandbox.environment['ISB_RESOLVE'] as string).split(':');
    const app = await createReader(broker, 'OneTenant', {
      trustCondition: { StringEquals: { 'sts:ExternalId': 'OneTenant' } },
    });
    const { certificate, front } = await openFrontOf(name, `http://127.0.0.1:${port}`);
    const variables = {
      ...environmentOf(app, broker, 'https://broker.example.com/'),
      NODE_EXTRA_CA_CERTS: certificate,
      RESOLVED_NAME: name,
      RESOLVED_PORT: String(front.port),
    };
    const preload = resolve('test/sandbox/fixtures/resolved-name.mjs');
    const child = new DrivenProcess(node('--import', preload, driver), variables);
    const token = await broker.tokenOf('Yellow');
    const read = (tenant: 'Yellow' | 'Blue'): Promise<DrivenAnswer> =>
      child.ask({ token, byDomain: true, ...objectOf(tenant) });
    expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
    expect((await read('Blue')).error).toContain('not authorized to perform: s3:GetObject');
    expect(requestsOf(broker, app)).toBe(1);
    expectNoSecrets(await child.end(), [token, app.own.secretAccessKey, ...front.secrets]);
    expect(front.secrets).toHaveLength(2);
  });
});

/** https for that name. @returns the certificate's file, too */
async function openFrontOf(
  name: string,
  broker: string,
): Promise<{ certificate: string; front: BrokerFront }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'front' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const certificate = join(mkdtempSync(join(tmpdir(), 'clients-')), 'certificate.pem');
  writeFileSync(certificate, cert);
  return { certificate, front: await openBrokerFront(broker, { key, cert }) };
}
