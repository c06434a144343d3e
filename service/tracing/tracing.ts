// Tracing: the Powertools tracer, which is loaded when nobody waits for it, or with the first trace to be recorded.
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { isTraceSampled } from './sampling.ts';

/** A client of the AWS SDK. */
interface Client {
  readonly middlewareStack: object;
}

/**
 * The X-Ray SDK below the tracer takes a third of the function's initialization, and most requests are not
 * sampled: an environment that is started for a waiting request does without until one is.
 */
export class Tracing {
  #loading: Promise<Tracer | undefined> | undefined;
  #tracer: Tracer | undefined;
  /** Clients whose calls are to be traced once the tracer is there; a session's own goes when the session does. */
  #clients: WeakRef<Client>[] = [];

  /** @param onFailure told that the tracer could not be loaded: requests go on without, and the next one tries again */
  constructor(private readonly onFailure: (error: unknown) => void) {}

  /** Loads the tracer now: where the environment is initialized ahead of its requests. Never rejects. */
  load(): Promise<Tracer | undefined> {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = undefined;
      this.onFailure(error);
      return undefined;
    });
    return this.#loading;
  }

  /** The client, whose calls are traced from now on, or once the tracer is loaded. */
  captured<C extends Client>(client: C): C {
    if (this.#tracer) return this.#tracer.captureAWSv3Client(client);
    this.#clients = [...this.#clients.filter((known) => known.deref()), new WeakRef(client)];
    return client;
  }

  /** Runs a request: where its trace is recorded, in a subsegment under which those of its calls stand. */
  run<T>(request: () => Promise<T>): Promise<T> {
    return isTraceSampled() ? this.#record(request) : request();
  }

  async #record<T>(request: () => Promise<T>): Promise<T> {
    const tracer = await this.load();
    if (!tracer) return request();
    return tracer.provider.getNamespace().runAndReturn(async () => {
      const subsegment = tracer.getSegment()?.addNewSubsegment('## handler');
      if (subsegment) tracer.setSegment(subsegment);
      try {
        return await request();
      } finally {
        subsegment?.close();
      }
    });
  }

  async #load(): Promise<Tracer> {
    // Node.js loads the other with the first datagram that is sent: to the daemon, at the end of the first request.
    const [{ Tracer }] = await Promise.all([import('@aws-lambda-powertools/tracer'), import('node:cluster')]);
    const tracer = new Tracer();
    this.#tracer = tracer;
    for (const known of this.#clients.splice(0)) {
      const client = known.deref();
      if (client) tracer.captureAWSv3Client(client);
    }
    return tracer;
  }
}
