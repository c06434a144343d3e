// The files of a running sandbox: the variables to source, the certificate authority, the logs.
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * `.sandbox` belongs to the sandbox of the default port; any other has the folder of its port in it, so that
 * sandboxes do not overwrite each other's files.
 */
export class StateDirectory {
  readonly #path: string;
  readonly #isTemporary: boolean;
  readonly #logs = new Map<string, WriteStream>();
  /** What to source, from the project's folder. */
  readonly environmentFile: string;

  /**
   * @param options.ownsRoot whether the sandbox is that of the default port
   * @param options.isTemporary whether the folder goes with the sandbox, logs and all: its port will not come again
   */
  constructor({ environment }: Sandbox, options: { ownsRoot: boolean; isTemporary: boolean }) {
    const { port } = new URL(environment['AWS_ENDPOINT_URL'] ?? '');
    const folder = options.ownsRoot ? '.sandbox' : join('.sandbox', port);
    this.#path = join(root, folder);
    this.#isTemporary = options.isTemporary;
    this.environmentFile = join(folder, 'env');
  }

  /** Writes the files, follows the logs, and resolves to the lines of `env` that are `export NAME=value`. */
  async write({ environment, caCertificate, logGroups }: Sandbox): Promise<string> {
    const logDirectory = join(this.#path, 'logs');
    await rm(logDirectory, { recursive: true, force: true });
    await mkdir(logDirectory, { recursive: true });
    await writeFile(this.#file('ca.pem'), caCertificate);
    const variables = { ...environment, NODE_EXTRA_CA_CERTS: this.#file('ca.pem') };
    const exports = Object.entries(variables)
      .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
      .join('');
    // A session token, a profile or another sandbox's custom domain that is left over in a shell would go with every command, or instead of the keys.
    const text = `unset AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE ISB_RESOLVE\n${exports}`;
    // Removed first: the mode applies to a new file only, and the key in it is nobody else's to read.
    await rm(this.#file('env'), { force: true });
    await writeFile(this.#file('env'), text, { mode: 0o600 });
    logGroups.follow((logGroup, line) => this.#logOf(logGroup).write(`${line}\n`));
    return exports;
  }

  /** Removes what is of no use without the sandbox; the logs stay, unless the folder is temporary. */
  async clear(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => new Promise<void>((done) => log.end(done))));
    const useless = this.#isTemporary ? [this.#path] : ['env', 'ca.pem'].map((name) => this.#file(name));
    await Promise.all(useless.map((path) => rm(path, { recursive: true, force: true })));
  }

  #file(name: string): string {
    return join(this.#path, name);
  }

  #logOf(logGroup: string): WriteStream {
    const name = `${logGroup.replace(/^\//, '').replaceAll('/', '-')}.log`;
    const log = this.#logs.get(name) ?? createWriteStream(join(this.#path, 'logs', name));
    this.#logs.set(name, log);
    return log;
  }
}

/** Quoted only where the shell would read it otherwise: a path with a space in it. */
function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
