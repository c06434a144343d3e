// `isb` for the package iam-session-broker-client: the application's commands in one folder, and the licences of what is in it.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));
const [outdir = join(project, 'client/library/dist/isb')] = process.argv.slice(2);
/** Licences that let their text be handed on with the bundle. */
const licences = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT'];

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: project,
  entryPoints: { isb: 'client/cli/installed.ts' },
  outdir,
  bundle: true,
  // A chunk for what a command alone needs: the others start without it.
  splitting: true,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Of packages that have both, modules: what is not used of them is left out.
  mainFields: ['module', 'main'],
  // What is left of CommonJS asks for Node's own modules with it.
  banner: {
    js: "import{createRequire as isbRequire}from'node:module';const require=isbRequire(import.meta.url);",
  },
  minify: true,
  metafile: true,
  logLevel: 'warning',
});
chmodSync(join(outdir, 'isb.js'), 0o755);
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), noticesOf(packagesIn(metafile)));

/** Folders of the packages that code was taken of. */
function packagesIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].sort();
}

function noticesOf(folders: readonly string[]): string {
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(project, folder, 'package.json'), 'utf8'),
    );
    if (!licences.includes(license))
      throw new Error(`${name} has the licence ${license}: may it be bundled?`);
    const texts = readdirSync(join(project, folder))
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(join(project, folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return ['isb has parts of these packages.', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`).concat('\n');
}
