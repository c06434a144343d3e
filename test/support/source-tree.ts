// The project's source files, and what each of them imports.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** Files by their path from the root (`service/broker/api.ts`), packages and Node's modules by their name. */
  readonly from: string;
  readonly isPackage: boolean;
  /** Erased when it is compiled. */
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  /** From the root, `service/broker/main.ts`. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Every TypeScript file of these folders, but what is built or installed there. */
export function sourceFilesOf(...folders: string[]): SourceFile[] {
  return filesOf(folders, /\.ts$/);
}

/** Whatever of these folders Node.js runs, what is generated there too. */
export function runnableFilesOf(...folders: string[]): SourceFile[] {
  return filesOf(folders, /\.[cm]?[jt]s$/);
}

function filesOf(folders: readonly string[], ending: RegExp): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => ending.test(name) && !/(^|\/)(dist|node_modules)\//.test(name))
      .sort()
      .map((name) => sourceFile(join(folder, name), readFileSync(join(root, folder, name), 'utf8'))),
  );
}

export function sourceFile(path: string, text: string): SourceFile {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return { path, code, imports: importsOf(path, code) };
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`; a template is no module's name here. */
const importForms =
  /^(?:import|export)\s+(?<type>type\s)?[^'";]*?\bfrom\s+'(?<named>[^']+)'|^import\s+'(?<bare>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'\s*\)/gm;

function importsOf(path: string, code: string): Import[] {
  return [...code.matchAll(importForms)].map(({ groups = {} }) => {
    const specifier = (groups['named'] ?? groups['bare'] ?? groups['dynamic']) as string;
    const isTypeOnly = groups['type'] !== undefined;
    if (specifier.startsWith('.')) {
      return { from: normalize(join(dirname(path), specifier)), isPackage: false, isTypeOnly };
    }
    return { from: specifier, isPackage: !isOfNode(specifier), isTypeOnly };
  });
}

function isOfNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** @param folder of the package; default: the project's own */
export function readManifest(folder = '.'): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

/** The package of a specifier: `zod` of `zod/mini`, `@aws-sdk/client-sts` of itself. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
