// The files of a running sandbox: the variables to source, the certificate authority, the logs.
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentScript, exportsOf } from './environment-script.ts';
import type { Sandbox } from './sandbox.ts';
import { requireWritable } from './writable.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface StateDirectoryOptions {
  /** Whether the folder goes with the sandbox, logs and all: its port will not come again. */
  readonly isTemporary: boolean;
  /** Whose `.sandbox` it is in; default the project. */
  readonly root?: string;
}

/**
 * Every sandbox has the folder of its port in `.sandbox`, so that they do not overwrite each other's files;
 * `.sandbox/env` is a link to that of the one started last.
 */
export class StateDirectory {
  readonly #path: string;
  readonly #link: string;
  readonly #port: string;
  readonly #isTemporary: boolean;
  readonly #logs = new Map<string, WriteStream>();
  /** What to source, from the project's folder. */
  readonly environmentFile: string;

  constructor({ environment }: Pick<Sandbox, 'environment'>, options: StateDirectoryOptions) {
    this.#port = new URL(environment['AWS_ENDPOINT_URL'] ?? '').port;
    const directory = join(options.root ?? root, '.sandbox');
    this.#path = join(directory, this.#port);
    this.#link = join(directory, 'env');
    this.#isTemporary = options.isTemporary;
    this.environmentFile = join('.sandbox', this.#port, 'env');
  }

  /** Rejects, naming the folder, where no sandbox could keep its files. */
  static async requireWritable(projectRoot = root): Promise<void> {
    await requireWritable(join(projectRoot, '.sandbox'), 'run it in a clone that can be');
  }

  /** Writes the files, follows the logs, and resolves to the lines of `env` that are `export NAME=value`. */
  async write({
    environment,
    caCertificate,
    logGroups,
  }: Pick<Sandbox, 'environment' | 'caCertificate' | 'logGroups'>): Promise<string> {
    const logDirectory = join(this.#path, 'logs');
    await rm(logDirectory, { recursive: true, force: true });
    await mkdir(logDirectory, { recursive: true });
    await writeFile(this.#file('ca.pem'), caCertificate);
    const variables = { ...environment, NODE_EXTRA_CA_CERTS: this.#file('ca.pem') };
    // Removed first: the mode applies to a new file only, and the key in it is nobody else's to read.
    await rm(this.#file('env'), { force: true });
    await writeFile(this.#file('env'), environmentScript(variables), { mode: 0o600 });
    await this.#pointHere();
    logGroups.follow((logGroup, line) => this.#logOf(logGroup).write(`${line}\n`));
    return exportsOf(variables);
  }

  /** Removes what is of no use without the sandbox; the logs stay, unless the folder is temporary. */
  async clear(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => new Promise<void>((done) => log.end(done))));
    const useless = this.#isTemporary ? [this.#path] : ['env', 'ca.pem'].map((name) => this.#file(name));
    if (await this.#isPointedAt()) useless.push(this.#link);
    await Promise.all(useless.map((path) => rm(path, { recursive: true, force: true })));
  }

  /** In one step: whoever sources it meanwhile gets the one or the other. */
  async #pointHere(): Promise<void> {
    const link = this.#file('link');
    await rm(link, { force: true });
    await symlink(join(this.#port, 'env'), link);
    await rename(link, this.#link);
  }

  async #isPointedAt(): Promise<boolean> {
    const target = await readlink(this.#link).catch(() => undefined);
    return target === join(this.#port, 'env');
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
