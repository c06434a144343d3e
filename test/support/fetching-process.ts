// A process of its own that fetches: certificates can be trusted only when a process starts (NODE_EXTRA_CA_CERTS).
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What httpsFetcher did: its bytes' length and text, or the names and messages of its error and its cause. */
export interface Fetched {
  readonly length?: number;
  readonly text?: string;
  readonly error?: string;
}

/** What to fetch, and how. */
export interface Fetching {
  readonly url: string;
  readonly timeoutMs: number;
  /** Whether the deployment names the host. */
  readonly isNamed: boolean;
}

export class FetchingProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** @param options `environment`: variables that the process has besides */
  static async start(options: {
    trustedCertificates: string;
    environment?: Readonly<Record<string, string>>;
  }): Promise<FetchingProcess> {
    const child = fork(fileURLToPath(new URL('./fetching-process-main.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ...options.environment, NODE_EXTRA_CA_CERTS: options.trustedCertificates },
    });
    await once(child, 'message');
    return new FetchingProcess(child);
  }

  /** Fetches in the process; one call at a time. */
  async fetch(url: string, timeoutMs: number, isNamed = true): Promise<Fetched> {
    this.child.send({ url, timeoutMs, isNamed } satisfies Fetching);
    const [fetched] = await once(this.child, 'message');
    return fetched as Fetched;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}
