// Who follows a page by hand: a person's shell in the project's folder, beside a sandbox that was started for it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished } from 'vitest';
import { InteractiveShell, type ShellName } from './interactive-shell.ts';
import { project, type Started, start } from './start-process.ts';

/** The shell's blocks of a page, as they stand there. */
export function shellBlocksOf(page: string): string[] {
  return [...readFileSync(join(project, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
    ([, block = '']) => block,
  );
}

export class Reader {
  readonly #requests: Promise<string>;

  private constructor(
    readonly shell: InteractiveShell,
    private readonly sandbox: Started,
    private readonly directory: string,
  ) {
    this.#requests = text(sandbox.process.stderr);
  }

  /** Within a test. @param args of `npm start` */
  static async open(shellName: ShellName, ...args: string[]): Promise<Reader> {
    const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const sandbox = await start(directory, '--assembly', inject('assemblyDirectory'), ...args);
    const shell = new InteractiveShell(shellName, project, {
      PATH: process.env['PATH'],
      HOME: directory,
      TMPDIR: directory,
      AWS_EC2_METADATA_DISABLED: 'true',
      // Nobody is there to leave a pager.
      AWS_PAGER: '',
      npm_config_update_notifier: 'false',
    });
    await shell.greet();
    return new Reader(shell, sandbox, directory);
  }

  /** Resolves with what a block of the page says, pasted before the reader's own sandbox. */
  paste(block: string): Promise<string> {
    // Other sandboxes of the test run are started after this one, and the link leads to the last.
    return this.shell.paste(
      block.replace('source .sandbox/env', `source .sandbox/${this.sandbox.ports[0]}/env`),
    );
  }

  /** What there is still of roles and of buckets. */
  remaining(): Promise<string> {
    return this.shell.paste("aws iam list-roles --query 'Roles[].RoleName' --output text; aws s3 ls");
  }

  /** Ends shell and sandbox, the shell as it was found. Resolves with what the sandbox says of its requests. */
  async leave(): Promise<string> {
    expect(await this.shell.paste('pwd; deactivate; echo "${AWS_ENDPOINT_URL-none}"')).toBe(
      `${project.replace(/\/$/, '')}\nnone\n`,
    );
    await this.shell.end();
    this.sandbox.process.kill('SIGTERM');
    await this.sandbox.exited;
    return this.#requests;
  }

  /** The page's own folders, which mktemp has named: other commands keep files beside them. */
  folders(): string[] {
    return readdirSync(this.directory).filter((name) => name.startsWith('tmp.'));
  }
}
