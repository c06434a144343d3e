// One execution environment: a child process that has loaded the function and serves one request at a time.
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How the function failed, as Lambda reports it: `Runtime.ExitError`, `Sandbox.Timedout`, the error's own name, … */
export class FunctionError extends Error {
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
    this.name = 'FunctionError';
  }
}

export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** `Root=1-…;Parent=…;Sampled=0` */
  readonly traceId: string;
  /** The ARN that was invoked, with its qualifier. */
  readonly functionArn: string;
}

export interface ExecutionEnvironmentOptions {
  /** The whole environment of the process: nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly initialization: 'on-demand' | 'provisioned-concurrency';
  /** When the role's credentials in `variables` expire, in milliseconds since the epoch. */
  readonly credentialsExpireAt: number;
  /** Gets every line of its stdout and stderr, and what the platform has to say. */
  readonly onLine: (line: string) => void;
}

type Message =
  | { type: 'ready' }
  | { type: 'result'; requestId: string; payload: string }
  | { type: 'error' | 'failed'; requestId?: string; errorType: string; errorMessage: string; stack?: string };

const bootstrap = fileURLToPath(new URL('execution-environment-bootstrap.mjs', import.meta.url));
const initTimeoutMs = 10_000;

export class ExecutionEnvironment {
  readonly #options: ExecutionEnvironmentOptions;
  readonly #child: ChildProcess;
  /** What is under way: initialization at first, then a request; settled exactly once. */
  #pending:
    | { requestId?: string; resolve: (payload: string) => void; reject: (error: Error) => void }
    | undefined;
  #requestsServed = 0;
  #isInitialized = false;
  #isUsable = true;

  /** Settles when the handler is loaded; rejects with the `FunctionError` of an initialization that failed. */
  readonly initialized: Promise<unknown>;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    this.#child = fork(bootstrap, {
      env: { ...options.variables },
      // Of the machine's memory, Lambda's own bootstrap gives nine tenths to the heap.
      execArgv: [`--max-old-space-size=${Math.floor(options.memoryMb * 0.9)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', options.onLine);
    }
    this.#child.on('message', (message) => this.#receive(message as Message));
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#isUsable = false;
        this.#fail('Runtime.ExitError', `Runtime exited with error: ${exitReason(code, signal)}`);
        resolve();
      });
      this.#child.on('error', (error) => {
        this.#fail('Runtime.ExitError', error.message);
        if (this.#child.pid === undefined) resolve();
      });
    });
    this.initialized = this.#await(undefined, initTimeoutMs);
    this.initialized.catch(() => this.end());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Requests answered, errors among them. */
  get requestsServed(): number {
    return this.#requestsServed;
  }

  get isInitialized(): boolean {
    return this.#isInitialized;
  }

  /** False as soon as it is known to end, some time before the process is gone. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  get initialization(): ExecutionEnvironmentOptions['initialization'] {
    return this.#options.initialization;
  }

  get credentialsExpireAt(): number {
    return this.#options.credentialsExpireAt;
  }

  /**
   * Runs the handler on an event and resolves to its result as JSON text. Rejects with a `FunctionError`;
   * after a time-out or a crash the process is gone and `ended` settles.
   */
  async invoke(invocation: Invocation): Promise<string> {
    const timeoutMs = this.#options.timeoutSeconds * 1_000;
    const answer = this.#await(invocation.requestId, timeoutMs);
    this.#child.send({ ...invocation, deadlineMs: Date.now() + timeoutMs });
    try {
      return await answer;
    } finally {
      this.#requestsServed += 1;
    }
  }

  /** Kills the process; resolves once it is gone. */
  end(): Promise<void> {
    this.#isUsable = false;
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  #await(requestId: string | undefined, timeoutMs: number): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1_000).toFixed(2);
        this.#fail('Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
        void this.end();
      }, timeoutMs);
      const settle = <T>(finish: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#pending = undefined;
          // A turn later, so that the lines written before the answer are in the log before it is known.
          setImmediate(finish, value);
        };
      };
      this.#pending = { ...(requestId && { requestId }), resolve: settle(resolve), reject: settle(reject) };
    });
  }

  #receive(message: Message): void {
    if (message.type === 'ready') {
      this.#isInitialized = true;
      this.#pending?.resolve('');
    } else if (message.type === 'result') {
      this.#pending?.resolve(message.payload);
    } else {
      if (message.type === 'failed') this.#isUsable = false;
      this.#options.onLine(JSON.stringify({ ...message, type: undefined }));
      this.#pending?.reject(new FunctionError(message.errorType, message.errorMessage));
    }
  }

  /** A failure that the platform reports, because the process cannot. */
  #fail(errorType: string, reason: string): void {
    if (!this.#pending) return;
    const { requestId } = this.#pending;
    const message = requestId ? `RequestId: ${requestId} Error: ${reason}` : reason;
    this.#options.onLine(`${new Date().toISOString()} ${message}`);
    this.#pending.reject(new FunctionError(errorType, message));
  }
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return `exit status ${code}`;
}
