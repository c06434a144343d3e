// The function's asset: the bundle, and beside it the certificate authorities of the environment that has some.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import { readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { Authority } from '../support/authority.ts';

const FILE = 'jwks-certificate-authorities.pem';

let directory: string;
let pems: string[];
/** Environment → the directory of its function's asset. All are synthesized at once, as the CDK's CLI has it. */
let assets: Readonly<Record<string, string>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'function-code-'));
  pems = await Promise.all(
    ['One', 'Two'].map(async (name) => `${(await Authority.create({ name })).certificatePem.trim()}\n`),
  );
  const [one, two] = pems.map((pem, index) => {
    const file = join(directory, `${index}.pem`);
    writeFileSync(file, `# ${pem}`);
    return { jwksHosts: ['login.example.com'], jwksCertificateAuthorities: [file] };
  });
  assets = assetsOf({
    data: { dataAccess: {} },
    none: {},
    one,
    two,
    empty: { jwksCertificateAuthorities: [] },
  });
});
afterAll(() => rmSync(directory, { recursive: true }));

function assetsOf(environments: Record<string, unknown>): Record<string, string> {
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, context: { environments } });
  for (const settings of readSettings(app.node)) new ServiceStack(app, settings.environmentName, settings);
  app.synth();
  const assembly = readCloudAssembly(outdir);
  return Object.fromEntries(
    assembly.stacks.map(({ stackName, template }) => {
      const { Properties } =
        Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function') ?? {};
      const { S3Key } = (Properties as { Code: { S3Key: string } }).Code;
      return [stackName.toLowerCase(), assembly.assets.get(S3Key.replace('.zip', '')) as string];
    }),
  );
}
const filesOf = (environment: string) => readdirSync(assets[environment] as string).sort();
const textOf = (environment: string, file: string) =>
  readFileSync(join(assets[environment] as string, file), 'utf8');

describe('the function’s asset', () => {
  it('is one and the same for environments without authorities, and has the bundle alone', () => {
    expect(assets['empty']).toBe(assets['none']);
    expect(filesOf('none')).toContain('index.mjs');
    expect(filesOf('none').filter((file) => !/\.mjs(\.map)?$/.test(file))).toEqual([]);
  });

  it('has the code of data access where that is set, and nowhere else', () => {
    expect(textOf('data', 'index.mjs')).toContain('accessgrantsinstance');
    expect(textOf('none', 'index.mjs')).not.toContain('accessgrantsinstance');
  });

  it('has the authorities of its environment and no other’s, where all are synthesized together', () => {
    expect([textOf('one', FILE), textOf('two', FILE)]).toEqual(pems);
    expect(new Set(Object.values(assets)).size).toBe(4);
  });

  it('has the same bundle with authorities as without', () => {
    expect(filesOf('one').filter((file) => file !== FILE)).toEqual(filesOf('none'));
    for (const file of filesOf('none')) expect(textOf('one', file) === textOf('none', file)).toBe(true);
  });
});
