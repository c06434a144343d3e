// The files of a running sandbox: the variables to source, the certificate authority, the logs.
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../.sandbox', import.meta.url));

/**
 * `.sandbox` belongs to the sandbox of the default port; any other has the folder of its port in it, so that
 * sandboxes do not overwrite each other's files.
 */
export class StateDirectory {
  readonly #path: string;
  readonly #logs = new Map<string, WriteStream>();

  /** @param named the sandbox whose port names the folder; absent for the default port's. */
  constructor(named?: Sandbox) {
    const port = named && new URL(named.environment['AWS_ENDPOINT_URL'] ?? '').port;
    this.#path = port ? join(root, port) : root;
  }

  /** Writes the files, follows the logs, and resolves to the text of `env`: lines of `export NAME=value`. */
  async write({ environment, caCertificate, logGroups }: Sandbox): Promise<string> {
    const logDirectory = join(this.#path, 'logs');
    await rm(logDirectory, { recursive: true, force: true });
    await mkdir(logDirectory, { recursive: true });
    await writeFile(this.#file('ca.pem'), caCertificate);
    const variables = { ...environment, NODE_EXTRA_CA_CERTS: this.#file('ca.pem') };
    const exports = Object.entries(variables)
      .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
      .join('');
    // Removed first: the mode applies to a new file only, and the key in it is nobody else's to read.
    await rm(this.#file('env'), { force: true });
    await writeFile(this.#file('env'), exports, { mode: 0o600 });
    logGroups.follow((logGroup, line) => this.#logOf(logGroup).write(`${line}\n`));
    return exports;
  }

  /** Removes what is of no use without the sandbox; the logs stay. */
  async clear(): Promise<void> {
    await Promise.all(['env', 'ca.pem'].map((name) => rm(this.#file(name), { force: true })));
    for (const log of this.#logs.values()) log.end();
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
