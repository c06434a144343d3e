// One execution environment: a child process that has loaded the function and serves one request at a time.
import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { OutputLines } from './output-lines.ts';

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
  /** Path of the Node.js that runs it. */
  readonly execPath: string;
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

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string;
}

/** What the bootstrap sends; `failed` is the last, the process ends with it. */
type Message =
  | ({ readonly type: 'ready' } & Written)
  | ({ readonly type: 'result'; readonly payload: string } & Written)
  | ({ readonly type: 'error' } & Written & Failure)
  | ({ readonly type: 'failed' } & Written & Failure);

/** Bytes of stdout and of stderr, since the start. */
interface Written {
  readonly written: readonly number[];
}

interface Pending {
  readonly requestId: string | undefined;
  readonly resolve: (payload: string) => void;
  readonly reject: (error: Error) => void;
}

const bootstrap = fileURLToPath(new URL('execution-environment-bootstrap.mjs', import.meta.url));
const initTimeoutMs = 10_000;

export class ExecutionEnvironment {
  readonly #options: ExecutionEnvironmentOptions;
  readonly #child: ChildProcess;
  readonly #outputs: readonly OutputLines[];
  /** What is under way: initialization at first, then a request. */
  #pending: Pending | undefined;
  /** Why the process is ending, where that is known before it is gone. */
  #failure: FunctionError | undefined;
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
      execPath: options.execPath,
      // Of the function's memory, Lambda's own bootstrap gives nine tenths to the heap.
      execArgv: [`--max-old-space-size=${Math.floor(options.memoryMb * 0.9)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A terminal's Ctrl-C is for the sandbox alone, which still has requests to finish, and then ends this.
      detached: true,
    });
    const { stdout, stderr } = this.#child;
    this.#outputs = [stdout, stderr].map((stream) => new OutputLines(stream as Readable, options.onLine));
    this.#child.on('message', (message) => void this.#receive(message as Message));
    // A request that can no longer be sent, or a process that could not be started: `close` follows.
    this.#child.on('error', () => {});
    this.ended = new Promise((resolve) => {
      // Not `exit`: by now all its output has been read, too.
      this.#child.once('close', (code, signal) => {
        this.#isUsable = false;
        const reason = `Runtime exited with error: ${exitReason(code, signal)}`;
        this.#pending?.reject(this.#failure ?? this.#platformFailure('Runtime.ExitError', reason));
        resolve();
      });
    });
    this.initialized = this.#await(undefined, initTimeoutMs);
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
   * with that of a time-out or a crash once the process is gone.
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
        const reason = `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
        this.#failure = this.#platformFailure('Sandbox.Timedout', reason);
        void this.end();
      }, timeoutMs);
      const settle = <T>(finish: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#pending = undefined;
          finish(value);
        };
      };
      this.#pending = { requestId, resolve: settle(resolve), reject: settle(reject) };
    });
  }

  async #receive(message: Message): Promise<void> {
    if (message.type === 'failed') this.#isUsable = false;
    // Messages and output come by ways of their own; what was logged before the answer is read before it.
    const { written } = message;
    await Promise.all(this.#outputs.map((output, index) => output.upTo(written[index] ?? 0)));
    if (message.type === 'failed') {
      this.#failure = this.#functionFailure(message);
    } else if (message.type === 'error') {
      this.#pending?.reject(this.#functionFailure(message));
    } else if (message.type === 'result') {
      this.#pending?.resolve(message.payload);
    } else {
      this.#isInitialized = true;
      this.#pending?.resolve('');
    }
  }

  /** An error that the runtime reports. */
  #functionFailure({ errorType, errorMessage, stack }: Failure): FunctionError {
    this.#options.onLine(JSON.stringify({ errorType, errorMessage, stack }));
    return new FunctionError(errorType, errorMessage);
  }

  /** A failure that the platform reports, because the runtime cannot. */
  #platformFailure(errorType: string, reason: string): FunctionError {
    const requestId = this.#pending?.requestId;
    const message = requestId === undefined ? reason : `RequestId: ${requestId} Error: ${reason}`;
    this.#options.onLine(`${new Date().toISOString()} ${message}`);
    return new FunctionError(errorType, message);
  }
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return `exit status ${code}`;
}
