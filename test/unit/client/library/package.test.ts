// The package as it is published: built, typed, loaded by Node.js as it stands, and shaken by a bundler.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const NAME = 'iam-session-broker-client';
const manifest = JSON.parse(readFileSync('client/library/package.json', 'utf8'));
const compiler = 'node_modules/typescript/bin/tsc';
/** Where the package is installed, and its users are. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'library-'));
  const installed = join(folder, 'node_modules', NAME);
  mkdirSync(installed, { recursive: true });
  execFileSync(process.execPath, [compiler, '-p', 'client/library', '--outDir', join(installed, 'dist')]);
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
  for (const name of ['@aws-crypto', '@smithy', '@aws-sdk', '@types', 'tslib', 'undici-types']) {
    if (existsSync(`node_modules/${name}`)) {
      symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name));
    }
  }
});

const user = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const bundled = async (text: string) => {
  const { outputFiles } = await build({
    entryPoints: [user('entry.mjs', text)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    minify: true,
    external: ['@aws-sdk/credential-provider-node'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
};

describe('the package', () => {
  it('can be published, has no side effects, and exports what is built', () => {
    expect(manifest).toMatchObject({ name: NAME, private: false, sideEffects: false, type: 'module' });
    const { types, default: code } = manifest.exports['.'];
    for (const path of [types, code]) expect(existsSync(join(folder, 'node_modules', NAME, path))).toBe(true);
  });

  it('is what the lock file links, and has its versions from there', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    expect(packages[`node_modules/${NAME}`]).toEqual({ resolved: 'client/library', link: true });
    expect(packages['client/library'].dependencies).toEqual(manifest.dependencies);
  });

  it('is loaded by Node.js as it stands', () => {
    const script = user(
      'plain.mjs',
      `import * as library from '${NAME}'; console.log(Object.keys(library).sort().join());`,
    );
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim()).toBe(
      'SessionBroker,SessionBrokerError,fromSessionBroker',
    );
  });

  it.each(['NodeNext', 'bundler'])('is typed for SDK clients, as %s finds modules', (moduleResolution) => {
    user(
      'user.ts',
      `import { S3Client } from '@aws-sdk/client-s3';
       import { fromSessionBroker, SessionBrokerError } from '${NAME}';
       const credentials = fromSessionBroker({ endpoint: 'https://a', region: 'eu-west-1', token: async () => 'jwt' });
       export const s3 = new S3Client({ credentials });
       // @ts-expect-error: there is no such option
       fromSessionBroker({ endpoint: 'https://a', region: 'eu-west-1', token: 'jwt', tokn: 'jwt' });
       export const isOver = (error: unknown) => error instanceof SessionBrokerError && error.code === 'TokenExpired';`,
    );
    const module = moduleResolution === 'bundler' ? 'ESNext' : moduleResolution;
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'ES2022',
      types: ['node'],
      module,
      moduleResolution,
    };
    user('package.json', '{"type":"module"}');
    const project = user(
      `tsconfig.${moduleResolution}.json`,
      JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ['user.ts'] }),
    );
    expect(() =>
      execFileSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8', stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('leaves out of a bundle what is not used of it', async () => {
    const whole = await bundled(`export { fromSessionBroker } from '${NAME}';`);
    const errors = await bundled(`export { SessionBrokerError } from '${NAME}';`);
    expect(whole).toContain('execute-api');
    expect(errors).not.toContain('execute-api');
    expect(errors.length).toBeLessThan(2_000);
  });
});
