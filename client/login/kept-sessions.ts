// Sessions that were got, for the next command: a file each, which its user alone may read, as the AWS CLI keeps its own.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a session is of. */
export interface KeptFor {
  /** The portal's address, with a slash at its end. */
  readonly portal: string;
  readonly service: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export class KeptSessions {
  /** @param directory where they are; need not be there */
  constructor(readonly directory: string) {}

  static of(env: Environment): KeptSessions {
    return new KeptSessions(env['ISB_LOGIN_CACHE_DIRECTORY'] || join(homedir(), '.aws', 'isb', 'login'));
  }

  /** What was kept, as it stands in the file; `undefined` where there is none, or it cannot be read. */
  async read(keptFor: KeptFor): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const { portal, service, credentials } = JSON.parse(await readFile(this.#fileOf(keptFor), 'utf8'));
      const isIt = portal === keptFor.portal && service === keptFor.service;
      return isIt && typeof credentials === 'object' ? (credentials ?? undefined) : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * In one step, so that who reads at the same time finds the old one or the new.
   *
   * @throws the system's error, where it cannot be written
   */
  async keep({ portal, service }: KeptFor, credentials: object): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const file = this.#fileOf({ portal, service });
    const half = `${file}.${randomUUID()}`;
    try {
      const text = JSON.stringify({ portal, service, credentials });
      await writeFile(half, text, { mode: 0o600, flag: 'wx' });
      await rename(half, file);
    } catch (error) {
      await rm(half, { force: true });
      throw error;
    }
  }

  #fileOf({ portal, service }: KeptFor): string {
    const name = createHash('sha256')
      .update(JSON.stringify([portal, service]))
      .digest('hex');
    return join(this.directory, `${name}.json`);
  }
}
