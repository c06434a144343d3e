// The Node.js that a function runs on: of its runtime's major version where that is to be had, else the sandbox's own.
import { execFileSync } from 'node:child_process';

export interface NodeExecutable {
  readonly path: string;
  /** `24.1.0` */
  readonly version: string;
}

/** By path; `undefined` where there is none. */
const known = new Map<string, NodeExecutable | undefined>();

/**
 * `ISB_FUNCTION_NODE`, the path of a Node.js, comes first; then this process's own where it is of the runtime's major
 * version; then `node24` on the PATH, for `nodejs24.x`; then this process's own, whatever it is.
 *
 * @throws Error where ISB_FUNCTION_NODE is no Node.js
 */
export function nodeExecutableFor(runtime: string, env: NodeJS.ProcessEnv = process.env): NodeExecutable {
  const own = { path: process.execPath, version: process.versions.node };
  const named = env['ISB_FUNCTION_NODE'];
  if (named) {
    const found = nodeAt(named);
    if (!found) throw new Error(`ISB_FUNCTION_NODE: ${named} is no Node.js that runs here`);
    return found;
  }
  if (isOf(runtime, own)) return own;
  const found = nodeAt(`node${majorOf(runtime)}`);
  return found && isOf(runtime, found) ? found : own;
}

/** What there is to say of a function that does not run on the Node.js that it runs on in AWS; else `undefined`. */
export function remarkOn(runtime: string, executable: NodeExecutable): string | undefined {
  if (isOf(runtime, executable)) return undefined;
  return `functions of ${runtime} run on Node.js ${executable.version}; ISB_FUNCTION_NODE names another`;
}

function isOf(runtime: string, { version }: NodeExecutable): boolean {
  return version.split('.')[0] === majorOf(runtime);
}

function majorOf(runtime: string): string {
  return /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
}

/** Asked once. */
function nodeAt(path: string): NodeExecutable | undefined {
  if (!known.has(path)) known.set(path, ask(path));
  return known.get(path);
}

function ask(path: string): NodeExecutable | undefined {
  try {
    const script = 'process.stdout.write(JSON.stringify([process.execPath, process.versions.node]))';
    const [execPath, version] = JSON.parse(
      execFileSync(path, ['-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    return { path: execPath as string, version: version as string };
  } catch {
    return undefined;
  }
}
