// The execution environments of one function version: provisioned ones, more under load, and who waits for them.
import type { ExecutionEnvironment, Invocation } from './execution-environment.ts';

export interface EnvironmentPoolOptions {
  /** At most so many at once; requests beyond wait in order. */
  readonly maxEnvironments: number;
  readonly start: (initialization: ExecutionEnvironment['initialization']) => ExecutionEnvironment;
  /** Milliseconds since the epoch, against which the environments' credentials expire. */
  readonly now: () => number;
}

interface Waiting {
  readonly invocation: Invocation;
  readonly resolve: (payload: Promise<string>) => void;
  readonly reject: (error: unknown) => void;
}

/** Lambda replaces environments long before their credentials run out. */
const credentialsMarginMs = 15 * 60_000;

export class EnvironmentPool {
  readonly #options: EnvironmentPoolOptions;
  readonly #starting = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: Waiting[] = [];
  #provisioned = 0;
  #closed = false;

  constructor(options: EnvironmentPoolOptions) {
    this.#options = options;
  }

  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#all];
  }

  /**
   * Keeps `count` environments initialized, the limit permitting, and resolves when they are; rejects when
   * one fails to initialize, as the deployment of provisioned concurrency does.
   */
  async provision(count: number): Promise<void> {
    this.#provisioned = Math.min(count, this.#options.maxEnvironments);
    const started = this.#startProvisioned();
    await Promise.all(started.map((environment) => environment.initialized));
  }

  /**
   * Runs an invocation in an environment that is free, a new one, or the first to become free. Rejects with
   * the signal's reason when it aborts before the invocation has begun; afterwards it has no effect.
   */
  invoke(invocation: Invocation, signal?: AbortSignal): Promise<string> {
    if (this.#closed) return Promise.reject(new Error('the sandbox has stopped'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { invocation, resolve, reject };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', () => {
        if (remove(this.#waiting, waiting)) reject(signal.reason);
      });
      this.#serve();
    });
  }

  /** Ends every environment; resolves once their processes are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the sandbox has stopped'));
    await Promise.all([...this.#all].map((environment) => environment.end()));
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const environment = this.#takeIdle();
      if (!environment) break;
      const { invocation, resolve } = this.#waiting.shift() as Waiting;
      const answer = environment.invoke(invocation);
      resolve(answer);
      answer.then(
        () => this.#free(environment),
        () => this.#free(environment),
      );
    }
    while (this.#waiting.length > this.#starting.size && this.#all.size < this.#options.maxEnvironments) {
      this.#start('on-demand');
    }
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    for (let environment = this.#idle.pop(); environment; environment = this.#idle.pop()) {
      if (!environment.isUsable) continue;
      if (environment.credentialsExpireAt - this.#options.now() > credentialsMarginMs) return environment;
      this.#all.delete(environment);
      environment.end();
    }
    return undefined;
  }

  #start(initialization: ExecutionEnvironment['initialization']): ExecutionEnvironment {
    const environment = this.#options.start(initialization);
    this.#all.add(environment);
    this.#starting.add(environment);
    environment.initialized.then(
      () => {
        this.#starting.delete(environment);
        this.#free(environment);
      },
      (error) => {
        this.#starting.delete(environment);
        // A cold start that fails is the failure of the request that it was for.
        this.#waiting.shift()?.reject(error);
      },
    );
    environment.ended.then(() => this.#forget(environment));
    return environment;
  }

  #free(environment: ExecutionEnvironment): void {
    if (this.#closed) return;
    this.#idle.push(environment);
    this.#serve();
  }

  #forget(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    remove(this.#idle, environment);
    if (this.#closed) return;
    // One that could not initialize would fail again at once, and again: only a request starts another.
    if (environment.isInitialized) this.#startProvisioned();
    this.#serve();
  }

  #startProvisioned(): ExecutionEnvironment[] {
    const missing = this.#provisioned - this.#all.size;
    return Array.from({ length: Math.max(0, missing) }, () => this.#start('provisioned-concurrency'));
  }
}

function remove<T>(items: T[], item: T): boolean {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
  return at >= 0;
}
