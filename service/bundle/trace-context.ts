// The trace's context: where the X-Ray SDK finds the segment of the request under way. In the bundle, its `cls-hooked`.
import { AsyncLocalStorage } from 'node:async_hooks';

type Context = Record<string, unknown>;

class Namespace {
  readonly #ofRequest = new AsyncLocalStorage<Context>();
  /** The environment's own, entered once at initialization: what requests inherit. */
  #outside: Context = {};
  #underWay = 0;

  get(key: string): unknown {
    return this.#current()[key];
  }

  set(key: string, value: unknown): unknown {
    this.#current()[key] = value;
    return value;
  }

  createContext(): Context {
    return Object.create(this.#current());
  }

  enter(context: Context): void {
    this.#outside = context;
  }

  run(work: (context: Context) => void): Context {
    const context = this.createContext();
    this.#ofRequest.run(context, work, context);
    return context;
  }

  /** As `run`, for the whole of a request; returns what it returns. */
  async runAndReturn<T>(work: (context: Context) => Promise<T>): Promise<T> {
    const context = this.createContext();
    this.#underWay += 1;
    try {
      return await this.#ofRequest.run(context, work, context);
    } finally {
      this.#underWay -= 1;
      // Until the next trace: before Node.js 24, every promise costs more while the storage is on.
      if (this.#underWay === 0) this.#ofRequest.disable();
    }
  }

  bind<F extends (...parameters: never[]) => unknown>(work: F): F {
    return AsyncLocalStorage.bind(work);
  }

  #current(): Context {
    return this.#ofRequest.getStore() ?? this.#outside;
  }
}

const namespaces = new Map<string, Namespace>();

export function getNamespace(name: string): Namespace | undefined {
  return namespaces.get(name);
}

export function createNamespace(name: string): Namespace {
  const namespace = new Namespace();
  namespaces.set(name, namespace);
  return namespace;
}

export function destroyNamespace(name: string): void {
  namespaces.delete(name);
}
