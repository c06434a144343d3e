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
    shared: { sharedSessions: true },
    both: { dataAccess: {}, sharedSessions: true },
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

/** What is loaded when `index.mjs` is: it, and what it imports at once. */
function startedFilesOf(environment: string, file = 'index.mjs', known = new Set<string>()): string[] {
  if (known.has(file)) return [];
  known.add(file);
  const imported = [...textOf(environment, file).matchAll(/(?:from|import)"\.\/([\w.-]+\.mjs)"/g)];
  return [file, ...imported.flatMap(([, name]) => startedFilesOf(environment, name as string, known))];
}

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

  it.each(['shared', 'both'])(
    'has the code of shared sessions where that is set, beside the one that starts: %s',
    (name) => {
      const without = name === 'both' ? 'data' : 'none';
      const mark = 'the table of sessions took too long';
      const withMark = (environment: string) =>
        filesOf(environment).filter(
          (file) => file.endsWith('.mjs') && textOf(environment, file).includes(mark),
        );
      expect(withMark(name)).toHaveLength(1);
      expect(withMark(name)).not.toContain('index.mjs');
      expect(withMark(without)).toEqual([]);
      const sizeOf = (environment: string) => textOf(environment, 'index.mjs').length;
      expect(sizeOf(name) - sizeOf(without)).toBeLessThan(1_000);
    },
  );

  it('has the same code to start with where sessions are shared: nothing else is loaded with it', () => {
    const started = (environment: string) =>
      startedFilesOf(environment).filter((file) => file !== 'index.mjs');
    const text = (environment: string) =>
      startedFilesOf(environment)
        .map((file) => textOf(environment, file))
        .join();
    expect(started('shared').length).toBeGreaterThanOrEqual(started('none').length);
    expect(text('shared')).not.toMatch(/TrentService|GenerateDataKey/);
    expect(text('none')).not.toMatch(/TrentService|GenerateDataKey/);
  });

  it('has the authorities of its environment and no other’s, where all are synthesized together', () => {
    expect([textOf('one', FILE), textOf('two', FILE)]).toEqual(pems);
    expect(new Set(Object.values(assets)).size).toBe(6);
  });

  it('has the same bundle with authorities as without', () => {
    expect(filesOf('one').filter((file) => file !== FILE)).toEqual(filesOf('none'));
    for (const file of filesOf('none')) expect(textOf('one', file) === textOf('none', file)).toBe(true);
  });
});
